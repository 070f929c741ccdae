import type { SettingsNode } from './settings-node.ts'
import type { LoadSettings } from './settings.ts'

type Nodes = Readonly<Record<string, SettingsNode | undefined>>
type Protocol = LoadSettings['protocol']

const SESSIONS_DEFAULT = 10
const SESSION_MS_DEFAULT = 30_000
const MESSAGE_INTERVAL_MS_DEFAULT = 1_000
const COUNT = { min: 1, max: 100_000, whole: true }

const OF_WEBSOCKETS = ['messageInterval', 'expectEcho']
const OF_SESSIONS = ['sessions', 'sessionDuration', 'stallTimeout', 'whole', ...OF_WEBSOCKETS]
const OF_REQUESTS = ['rate', 'lanes']

export function holdsSessions(protocol: Protocol): boolean {
  return protocol === 'websocket' || protocol === 'sse' || protocol === 'download'
}

/** The sessions of `load` that are held; of a protocol that holds none, the findings that there are. */
export function readSessions(
  nodes: Nodes,
  protocol: Protocol,
): Pick<LoadSettings, 'ratePerSecond' | 'lanes' | 'session'> | undefined {
  if (!holdsSessions(protocol)) {
    refuse(nodes, OF_SESSIONS, 'is for sessions', 'write protocol: websocket, sse or download')
    return undefined
  }
  refuse(nodes, OF_REQUESTS, `is not for ${protocol}`, 'write sessions and sessionDuration')
  const isWebSocket = protocol === 'websocket'
  if (!isWebSocket) refuse(nodes, OF_WEBSOCKETS, `is not for ${protocol}`, 'it is for websocket')
  if (protocol !== 'download')
    refuse(nodes, ['whole'], `is not for ${protocol}`, 'it is for download')
  const stallMs = nodes['stallTimeout']?.durationMs({ minMs: 1 })
  return {
    ratePerSecond: 0,
    lanes: [
      {
        lane: 'long',
        share: 0,
        sessions: nodes['sessions']?.number(COUNT) ?? SESSIONS_DEFAULT,
        sessionMs: nodes['sessionDuration']?.durationMs({ minMs: 1 }) ?? SESSION_MS_DEFAULT,
      },
    ],
    session: {
      ...(isWebSocket ? messagesOf(nodes) : {}),
      ...(stallMs === undefined ? {} : { stallMs }),
      ...(nodes['whole']?.truth() === true ? { isWhole: true } : {}),
    },
  }
}

/** An interval of 0 is none: nothing is sent. */
function messagesOf({ messageInterval, expectEcho }: Nodes): LoadSettings['session'] {
  const intervalMs = messageInterval?.durationMs({ minMs: 0 }) ?? MESSAGE_INTERVAL_MS_DEFAULT
  const expectsEcho = expectEcho?.truth() === true
  if (expectsEcho && intervalMs === 0) {
    expectEcho?.refuse('cannot be without messages', 'write messageInterval: 1s')
  }
  return {
    ...(intervalMs === 0 ? {} : { messageIntervalMs: intervalMs }),
    ...(expectsEcho ? { expectsEcho } : {}),
  }
}

function refuse(nodes: Nodes, keys: readonly string[], what: string, hint: string): void {
  for (const key of keys) nodes[key]?.refuse(what, hint)
}
