import { isFields } from '../base/fields.ts'
import type { SettingsNode } from './settings-node.ts'
import { holdsSessions, readSessions } from './settings-sessions.ts'
import { DEFAULT_SETTINGS, type LoadSettings } from './settings.ts'

type Request = LoadSettings['requests'][number]
type Lane = LoadSettings['lanes'][number]
type StatusRange = LoadSettings['okStatuses'][number]

const DEFAULTS = DEFAULT_SETTINGS.load
const CONNECTIONS_DEFAULT = 16
const PROTOCOLS: readonly LoadSettings['protocol'][] = [
  'http1',
  'http2',
  'grpc',
  'websocket',
  'sse',
  'download',
]
/** Whether the server as a whole serves: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const HEALTH_CHECK: Request = {
  method: 'POST',
  path: '/grpc.health.v1.Health/Check',
  headers: {},
  weight: 1,
}

/** The `load` of hitless.yaml; what is missing or wrong has its default. */
export function readLoad(node: SettingsNode): LoadSettings {
  const nodes = node.fields('load')
  const { target, requests, rate, lanes, timeout, connectTimeout, success } = nodes
  const { requestId, protocol: named } = nodes
  const protocol = (named === undefined ? undefined : readProtocol(named)) ?? DEFAULTS.protocol
  const aim = target === undefined ? undefined : readTarget(target)
  const header = requestId === undefined ? DEFAULTS.requestId : readRequestId(requestId)
  return {
    ...(aim === undefined ? {} : { target: aim }),
    requests:
      (requests === undefined ? undefined : readRequests(requests, protocol)) ??
      (protocol === 'grpc' ? [HEALTH_CHECK] : DEFAULTS.requests),
    ratePerSecond: (rate === undefined ? undefined : readRate(rate)) ?? DEFAULTS.ratePerSecond,
    lanes: (lanes === undefined ? undefined : readLanes(lanes)) ?? DEFAULTS.lanes,
    timeoutMs: timeout?.durationMs({ minMs: 1 }) ?? DEFAULTS.timeoutMs,
    connectTimeoutMs: connectTimeout?.durationMs({ minMs: 1 }) ?? DEFAULTS.connectTimeoutMs,
    okStatuses: (success === undefined ? undefined : readStatuses(success)) ?? DEFAULTS.okStatuses,
    ...(header === undefined ? {} : { requestId: header }),
    protocol,
    ...readSessions(nodes, protocol),
  }
}

/** `service/NAME` or `service/NAME:PORT`. */
function readTarget(node: SettingsNode): string | undefined {
  const text = node.text()
  if (text === undefined) return undefined
  const [, name] = /^(?:services?|svc)\/([^/:\s]+(?::[^/:\s]+)?)$/.exec(text) ?? []
  if (name !== undefined) return `service/${name}`
  if (/^(ingress|ing|https?:)/.test(text)) {
    const what = text.startsWith('ing') ? 'an Ingress' : 'a URL'
    return node.refuse(
      `cannot be ${what} yet`,
      'aim at service/NAME or service/NAME:PORT',
      'settings-not-supported',
    )
  }
  const hint = /^[a-z0-9-]+(:\w+)?$/.test(text) ? `write service/${text}` : undefined
  return node.refuse('takes service/NAME or service/NAME:PORT', hint)
}

function readProtocol(node: SettingsNode): LoadSettings['protocol'] | undefined {
  const name = node.text()
  const protocol = PROTOCOLS.find((known) => known === name)
  return protocol === undefined && name !== undefined
    ? node.refuse(`takes ${PROTOCOLS.join(', ')}`)
    : protocol
}

function readRequests(
  node: SettingsNode,
  protocol: LoadSettings['protocol'],
): readonly Request[] | undefined {
  const requests = node.items().map((item): Request | undefined => {
    const { method, path, headers, data, weight } = item.fields('load.requests[]')
    const body = data?.anyText()
    if (holdsSessions(protocol)) method?.refuse('is not for sessions', 'they begin with a GET')
    const verb = method === undefined ? methodOf(protocol, body) : readMethod(method)
    const place = path === undefined ? '/' : readRequestPath(path)
    if (verb === undefined || place === undefined) return undefined
    if (protocol === 'grpc' && !/^\/[^/]+\/[^/]+$/.test(place)) {
      return (path ?? item).refuse('takes a method of gRPC, such as /package.Service/Method')
    }
    return {
      method: verb,
      path: place,
      headers: headers === undefined ? {} : readHeaders(headers),
      ...(body === undefined ? {} : { body }),
      weight: weight?.number({ min: 0.001, max: 1_000_000, whole: false }) ?? 1,
    }
  })
  if (requests.length === 0 && Array.isArray(node.value))
    return node.refuse('needs at least one request')
  return requests.every((request) => request !== undefined) ? requests : undefined
}

/** A handshake is a GET: `data` is what is sent after it. */
function methodOf(protocol: LoadSettings['protocol'], body: string | undefined): string {
  return body === undefined || holdsSessions(protocol) ? 'GET' : 'POST'
}

/** RFC 9110 section 9: a token, in capitals as the registered ones are. */
function readMethod(node: SettingsNode): string | undefined {
  const text = node.text()
  if (text === undefined || /^[A-Z]+$/.test(text)) return text
  return node.refuse('takes a method in capitals, such as GET or POST')
}

/** RFC 9112 section 3.2.1: the origin form. */
function readRequestPath(node: SettingsNode): string | undefined {
  const text = node.text()
  if (text === undefined || /^\/[!-~]*$/.test(text)) return text
  return node.refuse('takes a path that begins with / and has no blanks', 'write "/path?query"')
}

/** Header values stay on their line, so that no request can be smuggled into another. */
function readHeaders(node: SettingsNode): Readonly<Record<string, string>> {
  const pairs = node.entries().flatMap(([name, value]) => {
    const text = value.anyText()
    if (text === undefined) return []
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t -~]*$/.test(text)) return [[name, text]]
    value.refuse('is no header: a name without blanks and a value of printable ASCII')
    return []
  })
  return Object.fromEntries(pairs)
}

/** The name of a header; `off` is none, and what YAML makes of it without quotes. */
function readRequestId(node: SettingsNode): string | undefined {
  if (node.value === false) return undefined
  const name = node.text()
  if (name === undefined || name === 'off') return undefined
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name
  return node.refuse('takes the name of a header, or off', 'write X-Request-Id')
}

/** `200/s`, `200` (per second) or `600/m`. */
function readRate(node: SettingsNode): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(?:\/(s|m))?$/.exec(String(node.value)) ?? []
  const ratePerSecond = Number(amount) / (unit === 'm' ? 60 : 1)
  if (ratePerSecond > 0 && ratePerSecond <= 100_000) return ratePerSecond
  return node.refuse('takes a rate such as 200/s, at most 100000/s')
}

function readLanes(node: SettingsNode): readonly Lane[] | undefined {
  const lanes = Array.isArray(node.value)
    ? node.items().map(readLane)
    : node.entries().map(([lane, share]) => laneOf(lane, readShare(share), {}, share))
  if (lanes.length === 0 || lanes.includes(undefined)) return undefined
  const known = lanes.filter((lane) => lane !== undefined)
  const sum = known.reduce((total, { share }) => total + share, 0)
  if (new Set(known.map(({ lane }) => lane)).size < known.length) {
    return node.refuse(
      'names a lane twice',
      'there is one lane new, one lane reused and one lane idle',
    )
  }
  if (Math.abs(sum - 1) > 1e-6) {
    return node.refuse(`has shares that add up to ${Number(sum.toPrecision(6))}, not 1`)
  }
  return known.filter(({ share }) => share > 0)
}

function readLane(node: SettingsNode): Lane | undefined {
  const { lane, share, connections, maxAge } = node.fields('load.lanes[]')
  const name = lane?.text()
  if (lane === undefined || share === undefined) {
    return isFields(node.value) ? node.refuse('needs lane and share') : undefined
  }
  if (name === undefined) return undefined
  const count = connections?.number({ min: 1, max: 10_000, whole: true })
  const connectionAgeMsMax = maxAge?.durationMs({ minMs: 1 })
  const options = {
    ...(count === undefined ? {} : { connections: count }),
    ...(connectionAgeMsMax === undefined ? {} : { connectionAgeMsMax }),
  }
  return laneOf(name, readShare(share), options, lane)
}

function laneOf(
  lane: string,
  share: number | undefined,
  options: Pick<Lane, 'connections' | 'connectionAgeMsMax'>,
  node: SettingsNode,
): Lane | undefined {
  if (lane !== 'new' && lane !== 'reused' && lane !== 'idle') {
    return node.refuse(`is no lane: there are new, reused and idle`)
  }
  if (share === undefined) return undefined
  if (lane === 'reused') return { lane, share, connections: CONNECTIONS_DEFAULT, ...options }
  // As few as are enough to be reused would never be idle for long: the engine opens what rests need.
  if (lane === 'idle') return { lane, share, ...options }
  if (Object.keys(options).length === 0) return { lane, share }
  return node.refuse(
    'has connections of its own for each request: connections and maxAge are for reused and idle',
  )
}

function readShare(node: SettingsNode): number | undefined {
  return node.number({ min: 0, max: 1, whole: false })
}

/** `[200-399, 404]`, or one of them. */
function readStatuses(node: SettingsNode): readonly StatusRange[] | undefined {
  const items = Array.isArray(node.value) ? node.items() : [node]
  const ranges = items.map(readStatus)
  if (ranges.length === 0) return node.refuse('needs at least one status, such as 200-399')
  return ranges.every((range) => range !== undefined) ? ranges : undefined
}

function readStatus(node: SettingsNode): StatusRange | undefined {
  const [, low, high = low] = /^(\d{3})(?:-(\d{3}))?$/.exec(String(node.value)) ?? []
  const range = [Number(low), Number(high)] as const
  if (range[0] >= 100 && range[0] <= range[1] && range[1] <= 599) return range
  return node.refuse('takes statuses such as 200-399 or 404')
}
