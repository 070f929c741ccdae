import { isFields } from '../base/fields.ts'
import { isToken } from '../base/text-forms.ts'
import type { SettingsNode } from './settings-node.ts'
import { readExpected } from './settings-expectations.ts'
import { HEALTH_CHECK, readRequests } from './settings-requests.ts'
import { readSessions } from './settings-sessions.ts'
import { readTls } from './settings-tls.ts'
import { DEFAULT_SETTINGS, type LoadSettings } from './settings.ts'

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

/** The `load` of hitless.yaml; what is missing or wrong has its default. */
export function readLoad(node: SettingsNode, directory: string): LoadSettings {
  const nodes = node.fields('load')
  const { target, requests, rate, lanes, timeout, connectTimeout, success } = nodes
  const { requestId, protocol: named, tls } = nodes
  const protocol = (named === undefined ? undefined : readProtocol(named)) ?? DEFAULTS.protocol
  const aim = target === undefined ? undefined : readTarget(target)
  const header = requestId === undefined ? DEFAULTS.requestId : readRequestId(requestId)
  return {
    ...(aim === undefined ? {} : { target: aim }),
    requests:
      (requests === undefined ? undefined : readRequests(requests, { protocol, directory })) ??
      (protocol === 'grpc' ? [HEALTH_CHECK] : DEFAULTS.requests),
    ratePerSecond: (rate === undefined ? undefined : readRate(rate)) ?? DEFAULTS.ratePerSecond,
    lanes: (lanes === undefined ? undefined : readLanes(lanes)) ?? DEFAULTS.lanes,
    timeoutMs: timeout?.durationMs({ minMs: 1 }) ?? DEFAULTS.timeoutMs,
    connectTimeoutMs: connectTimeout?.durationMs({ minMs: 1 }) ?? DEFAULTS.connectTimeoutMs,
    okStatuses: (success === undefined ? undefined : readStatuses(success)) ?? DEFAULTS.okStatuses,
    ...readExpected(nodes, protocol),
    ...(header === undefined ? {} : { requestId: header }),
    protocol,
    ...readSessions(nodes, protocol),
    ...(tls === undefined ? {} : { tls: readTls(tls, directory) }),
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

/** The name of a header; `off` is none, and what YAML makes of it without quotes. */
function readRequestId(node: SettingsNode): string | undefined {
  if (node.value === false) return undefined
  const name = node.text()
  if (name === undefined || name === 'off') return undefined
  if (isToken(name)) return name
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
