import type { IntOrString } from '../api/meta.ts'
import type { Container, HttpGetAction } from '../api/pod.ts'
import type { HttpRequestError } from '../world/network.ts'

/** The Kubernetes version whose kubelet is matched, as its User-Agent headers name it. */
export const KUBERNETES_VERSION = '1.34'

export interface HttpTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The request of an httpGet action: to the pod's address unless a host is given, with the kubelet's
 * headers unless the manifest sets them. Throws PortError.
 */
export function httpTarget(
  action: HttpGetAction,
  container: Container,
  podIP: string,
  purpose: 'probe' | 'lifecycle',
): HttpTarget {
  const port = resolvePort(action.port, container)
  const host = action.host === undefined || action.host === '' ? podIP : action.host
  const path = action.path ?? '/'
  const scheme = (action.scheme ?? 'HTTP').toLowerCase()
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path.startsWith('/') ? '' : '/'}${path}`,
    headers: withDefaults(action.httpHeaders ?? [], purpose),
  }
}

/** TLS was answered in plain HTTP; or in what else is no TLS, which is not told apart. */
export function isPlainHttp({ code, message }: HttpRequestError): boolean {
  return code === 'EPROTO' && message.includes('wrong version number')
}

/** A port that names none, in the words of the kubelet. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

/** The container's port of that name, or a number. Throws PortError. */
export function resolvePort(port: IntOrString, container: Container): number {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort
  const number = named ?? (/^[+-]?\d+$/.test(String(port)) ? Number(port) : undefined)
  if (number === undefined) {
    throw new PortError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`)
  }
  if (number < 1 || number > 65_535) throw new PortError(`invalid port number: ${number}`)
  return number
}

/** Several values of one name are one list (RFC 9110 §5.3). An empty Accept is none at all. */
function withDefaults(
  headers: readonly { readonly name: string; readonly value: string }[],
  purpose: 'probe' | 'lifecycle',
): Record<string, string> {
  const given = new Map<string, { readonly name: string; readonly value: string }>()
  for (const { name, value } of headers) {
    const key = name.toLowerCase()
    const before = given.get(key)
    given.set(key, before === undefined ? { name, value } : joined(before, value))
  }
  const defaults = [
    { name: 'User-Agent', value: `kube-${purpose}/${KUBERNETES_VERSION}` },
    { name: 'Accept', value: '*/*' },
    // A probe asks for no compression; the client of the hooks is Go's default one.
    ...(purpose === 'lifecycle' ? [{ name: 'Accept-Encoding', value: 'gzip' }] : []),
  ]
  const missing = defaults.filter(({ name }) => !given.has(name.toLowerCase()))
  if (given.get('accept')?.value === '') given.delete('accept')
  return Object.fromEntries([...missing, ...given.values()].map(({ name, value }) => [name, value]))
}

function joined({ name, value }: { readonly name: string; readonly value: string }, next: string) {
  return { name, value: `${value}, ${next}` }
}
