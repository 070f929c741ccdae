import { ApiError } from '../../api/api-error.ts'
import type { Pod } from '../../api/pod.ts'
import type { EndpointSlice, Service } from '../../api/service.ts'
import { randomElement, type Random } from '../../world/random.ts'
import { targetPod } from './pod-target.ts'
import type { ProxyRequest } from './serve-proxy.ts'
import { unreachable } from './unreachable.ts'

/** A proxied name: `web`, `web:8080`, `web:http`, `https:web:443`. */
export interface ProxiedName {
  readonly scheme: string
  readonly name: string
  readonly port: string
}

/** Undefined for what is none of these forms. */
export function splitProxiedName(text: string): ProxiedName | undefined {
  const parts = text.split(':')
  const [first = '', second = '', third = ''] = parts
  const split =
    parts.length === 3
      ? { scheme: first, name: second, port: third }
      : { scheme: '', name: first, port: second }
  if (parts.length > 3 || split.name === '') return undefined
  return ['', 'http', 'https'].includes(split.scheme) ? split : undefined
}

type ProxyLocation = Pick<ProxyRequest, 'pod' | 'port' | 'host'>

/** Where `pods/proxy` leads: the named port, or the first that the pod declares. Throws ApiError. */
export function locatePod(pod: Pod, { scheme, port }: ProxiedName): ProxyLocation {
  const address = pod.status?.podIP ?? ''
  if (address === '') throw new ApiError('BadRequest', 'address not allowed')
  const declared = pod.spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]
  const number = port === '' ? (declared?.containerPort ?? HTTP_PORT) : Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw unreachable(`dial tcp: lookup tcp/${port}: unknown port`)
  }
  refuseTls(scheme)
  return { pod: targetPod(pod), port: number, host: `${address}:${number}` }
}

/**
 * Where `services/proxy` leads: one of the ready pods behind the port, which is given by name or number.
 * Endpoints that are no pods of the cluster cannot be reached. Throws ApiError in the API server's words.
 */
export function locateService(
  service: Service,
  slices: readonly EndpointSlice[],
  { scheme, name, port }: ProxiedName,
  random: Random,
): ProxyLocation {
  const ports = service.spec.ports ?? []
  const byNumber = /^\d+$/.test(port)
  const servicePort = byNumber ? ports.find((each) => each.port === Number(port)) : undefined
  if (byNumber && servicePort === undefined) {
    throw unavailable(`no service port ${Number(port)} found for service "${name}"`)
  }
  const portName = byNumber ? (servicePort?.name ?? '') : port
  const backends = slices.flatMap((slice) => {
    const number = slice.ports?.find((each) => (each.name ?? '') === portName)?.port
    return number === undefined ? [] : slice.endpoints.flatMap((each) => backendOf(each, number))
  })
  const chosen = randomElement(random, backends)
  if (chosen === undefined) throw unavailable(`no endpoints available for service "${name}"`)
  refuseTls(scheme)
  return chosen
}

function backendOf(
  { addresses, conditions, targetRef }: EndpointSlice['endpoints'][number],
  port: number,
): readonly ProxyLocation[] {
  const [address] = addresses
  if (address === undefined || conditions?.ready === false || targetRef?.kind !== 'Pod') return []
  const { namespace = '', name, uid = '' } = targetRef
  return [{ pod: { namespace, name, uid }, port, host: `${address}:${port}` }]
}

/** Where neither the request nor the pod names a port. */
const HTTP_PORT = 80

function refuseTls(scheme: string): void {
  if (scheme === 'https') throw unreachable('TLS to pods is not supported')
}

function unavailable(message: string): ApiError {
  return new ApiError('ServiceUnavailable', message)
}
