import { HitlessError } from '../../../base/error.ts'
import type { WebSocketKeys } from '../../../world/websocket-keys.ts'
import type { LoadPlan, RequestTemplate } from '../../plan.ts'
import type { SessionTally } from '../../records/session-tally.ts'
import type { DeadlineList } from '../../timeouts.ts'
import type { Protocol } from '../protocol.ts'
import { SoloConnection, type SoloWorld } from '../solo/solo-connection.ts'
import { NumberedMessage } from './numbered-message.ts'
import { encodeOpening } from './opening.ts'
import { WebSocketTalk } from './websocket-talk.ts'

/** What WebSockets are given by the generator that they serve. */
export interface WebSocketWorld extends Pick<SoloWorld, 'clock' | 'network' | 'events'> {
  readonly sessions: SessionTally
  readonly webSocketKeys?: WebSocketKeys
}

/** A WebSocket for each session. Throws `load-plan-invalid` for a plan that cannot be carried out so. */
export function openWebSocket(
  world: WebSocketWorld,
  plan: LoadPlan,
  deadlines: DeadlineList<SoloConnection>,
): Protocol {
  const { target, connectTimeoutMs, timeoutMs, requestId, requests } = plan
  const {
    messageIntervalMs = Infinity,
    expectsEcho = false,
    stallMs = timeoutMs,
  } = plan.session ?? {}
  const keys = world.webSocketKeys
  if (keys === undefined)
    throw invalid('WebSockets', 'they need keys, which this world has none of')
  const openings = requests.map((request) => encodeOpening(request, { target, requestId }))
  const messages = encodeMessages(plan)
  const { sessions } = world
  const rules = { keys, sessions, timeoutMs, stallMs, messageIntervalMs, expectsEcho }
  const solo = { ...world, target, connectTimeoutMs, deadlines }
  return {
    open: (request, { sessionMs = 0, ...options }) =>
      new SoloConnection(solo, request, options, (line) => {
        const opening = openings[request.template]!
        const message = messages[request.template]!
        return new WebSocketTalk(line, rules, { opening, message, sessionMs })
      }),
  }
}

/** What is sent on each. Throws `load-plan-invalid` where that could not be a message, or not one whose echo is known. */
export function encodeMessages({ requests, session = {} }: LoadPlan): readonly NumberedMessage[] {
  const { messageIntervalMs = Infinity, expectsEcho = false } = session
  const messages = requests.map((request) => new NumberedMessage(textOf(request)))
  if (expectsEcho && messageIntervalMs === Infinity) {
    throw invalid('echoes to expect', 'something must be sent for that: give an interval')
  }
  if (expectsEcho && !messages.every(({ hasNumber }) => hasNumber)) {
    throw invalid('echoes to expect', 'a message must have {{n}}, by which its echo is known')
  }
  return messages
}

/** Messages are text, and text of WebSockets is UTF-8 (RFC 6455, section 5.6): other bytes would be replaced on their way. */
function textOf({ body }: RequestTemplate): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw invalid('a message that is not UTF-8', 'messages of WebSockets are sent as text')
  }
}

function invalid(what: string, why: string): HitlessError {
  return new HitlessError('load-plan-invalid', `the load plan has ${what}; ${why}`, {
    exitCode: 2,
    hint: 'see the section on sessions in docs/reference/load-engine.md',
  })
}
