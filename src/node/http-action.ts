import type { IntOrString } from '../api/meta.ts'
import type { Container, HttpGetAction } from '../api/pod.ts'

/** The Kubernetes version whose kubelet is matched, as its User-Agent headers name it. */
export const KUBERNETES_VERSION = '1.34'

export interface HttpTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The request of an httpGet action: to the pod's address unless a host is given, with the kubelet's
 * headers unless the manifest sets them. Undefined when the named port is not the container's.
 */
export function httpTarget(
  action: HttpGetAction,
  container: Container,
  podIP: string,
  purpose: 'probe' | 'lifecycle',
): HttpTarget | undefined {
  const port = resolvePort(action.port, container)
  if (port === undefined) return undefined
  const host = action.host === undefined || action.host === '' ? podIP : action.host
  const path = action.path ?? '/'
  const scheme = (action.scheme ?? 'HTTP').toLowerCase()
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path.startsWith('/') ? '' : '/'}${path}`,
    headers: withDefaults(action.httpHeaders ?? [], purpose),
  }
}

/** A port number, or the number of the container's port of that name. */
export function resolvePort(port: IntOrString, container: Container): number | undefined {
  if (typeof port === 'number') return port
  if (/^\d+$/.test(port)) return Number(port)
  return container.ports?.find(({ name }) => name === port)?.containerPort
}

function withDefaults(
  headers: readonly { readonly name: string; readonly value: string }[],
  purpose: 'probe' | 'lifecycle',
): Record<string, string> {
  const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()))
  return {
    ...(names.has('user-agent') ? {} : { 'User-Agent': `kube-${purpose}/${KUBERNETES_VERSION}` }),
    ...(names.has('accept') ? {} : { Accept: '*/*' }),
    ...(names.has('accept-encoding') ? {} : { 'Accept-Encoding': 'gzip' }),
    ...given,
  }
}
