import {
  type Arrivals,
  LOAD_PROTOCOLS,
  type LaneShare,
  type LoadProtocol,
  type RequestTemplate,
  type SessionPlan,
} from '../../../load/plan.ts'
import { badFlag, duration, wholeNumber } from '../../flag-values.ts'
import type { LoadFlags } from './load-flags.ts'

const SESSIONS_DEFAULT = 10
const SESSIONS_MAX = 100_000
const SESSION_MS_DEFAULT = 30_000
const MESSAGE_INTERVAL_MS_DEFAULT = 1_000

/** What the scheme of the URL and `--protocol` say together. */
export function protocolOf(
  scheme: LoadProtocol | undefined,
  protocol: string | undefined,
): LoadProtocol {
  const named = LOAD_PROTOCOLS.find((known) => known === protocol)
  if (protocol !== undefined && named === undefined) {
    throw badFlag('--protocol', protocol, `one of ${LOAD_PROTOCOLS.join(', ')}`)
  }
  if (scheme !== undefined && named !== undefined && scheme !== named) {
    throw badFlag('--protocol', `${named} with a URL of ${scheme}`, 'a URL of http:// or https://')
  }
  if (scheme === undefined && named === 'websocket') {
    throw badFlag('--protocol', 'websocket', 'a URL of ws:// or wss:// instead')
  }
  if (scheme === undefined && named === 'tcp') {
    throw badFlag('--protocol', 'tcp', 'a URL of tcp:// or tls:// instead')
  }
  return scheme ?? named ?? 'http1'
}

export function holdsSessions(protocol: LoadProtocol): boolean {
  return protocol === 'websocket' || protocol === 'sse' || protocol === 'download'
}

/** The lane and the users of a plan that holds sessions. */
export interface SessionOrder {
  readonly lanes: readonly LaneShare[]
  readonly arrivals: Arrivals
  readonly session: SessionPlan
}

export function readSessions(protocol: LoadProtocol, flags: LoadFlags): SessionOrder {
  refuse(flags, OF_REQUESTS, 'with sessions', '--sessions and --session-duration')
  const isWebSocket = protocol === 'websocket'
  if (!isWebSocket) refuse(flags, OF_WEBSOCKETS, `with ${protocol}`, 'it with a URL of ws://')
  if (protocol !== 'download') refuse(flags, ['whole'], `with ${protocol}`, '--protocol download')
  const sessions = wholeNumber('--sessions', flags.sessions) ?? SESSIONS_DEFAULT
  if (sessions < 1 || sessions > SESSIONS_MAX) {
    throw badFlag('--sessions', `${sessions}`, `1 to ${SESSIONS_MAX}`)
  }
  const sessionMs = positive('--session-duration', flags.sessionDuration) ?? SESSION_MS_DEFAULT
  const stallMs = positive('--stall-timeout', flags.stallTimeout)
  return {
    lanes: [{ lane: 'long', share: 0, sessions, sessionMs }],
    arrivals: { kind: 'users', users: sessions },
    session: {
      ...(isWebSocket ? messagesOf(flags) : {}),
      ...(stallMs === undefined ? {} : { stallMs }),
      ...(flags.whole === true ? { isWhole: true } : {}),
    },
  }
}

/** Flags that say nothing of requests on connections that are not held. */
export function refuseSessionFlags(flags: LoadFlags): void {
  refuse(flags, OF_SESSIONS, 'without sessions', 'a URL of ws://, or --protocol sse or download')
}

export function refuseFlagsOfRequests(flags: LoadFlags): void {
  refuse(flags, OF_CONNECTIONS, 'with tcp', 'a URL of http://')
}

/** A handshake is a GET: what `--data` says is what is sent on the WebSocket. */
export function handshakeOf(request: RequestTemplate): RequestTemplate {
  return { ...request, method: 'GET' }
}

const OF_WEBSOCKETS = ['messageInterval', 'expectEcho'] as const
const OF_SESSIONS = [
  'sessions',
  'sessionDuration',
  'stallTimeout',
  'whole',
  ...OF_WEBSOCKETS,
] as const
const OF_ANSWERS = [
  'expectHeader',
  'expectBody',
  'expectBodyLength',
  'expectBodySha256',
  'identify',
] as const
const OF_KEPT_CONNECTIONS = [
  'lanes',
  'connections',
  'connectionAge',
  'requestsPerConnection',
] as const
const OF_REQUESTS = [
  'rate',
  'ramp',
  'steps',
  'concurrency',
  'replay',
  ...OF_KEPT_CONNECTIONS,
  ...OF_ANSWERS,
] as const
const OF_CONNECTIONS = [
  'method',
  'header',
  'data',
  'request',
  'requestId',
  ...OF_KEPT_CONNECTIONS,
  ...OF_ANSWERS,
] as const

function refuse(
  flags: LoadFlags,
  names: readonly (keyof LoadFlags)[],
  where: string,
  wanted: string,
): void {
  const name = names.find((one) => flags[one] !== undefined)
  if (name === undefined) return
  throw badFlag(
    `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    where,
    wanted,
  )
}

/** An interval of 0 is none: nothing is sent. */
function messagesOf(flags: LoadFlags): SessionPlan {
  const intervalMs =
    duration('--message-interval', flags.messageInterval) ?? MESSAGE_INTERVAL_MS_DEFAULT
  if (flags.expectEcho === true && intervalMs === 0) {
    throw badFlag('--expect-echo', 'without messages', '--message-interval 1s')
  }
  // What is in a file is looked at when the plan is checked.
  const text = flags.data?.startsWith('@') === true ? undefined : flags.data
  if (flags.expectEcho === true && text !== undefined && !text.includes('{{n}}')) {
    throw badFlag('--data', `${text} with --expect-echo`, '{{n}} in it: the number of a message')
  }
  return {
    ...(intervalMs === 0 ? {} : { messageIntervalMs: intervalMs }),
    ...(flags.expectEcho === true ? { expectsEcho: true } : {}),
  }
}

function positive(flag: string, text: string | undefined): number | undefined {
  const ms = duration(flag, text)
  if (ms === 0) throw badFlag(flag, '0', 'a duration above 0, such as 30s')
  return ms
}
