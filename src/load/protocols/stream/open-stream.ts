import type { LoadPlan, RequestTemplate } from '../../plan.ts'
import type { SessionTally } from '../../records/session-tally.ts'
import type { DeadlineList } from '../../timeouts.ts'
import { encodeRequest } from '../http1/request-bytes.ts'
import type { Protocol } from '../protocol.ts'
import { SoloConnection, type SoloWorld } from '../solo/solo-connection.ts'
import { StreamTalk } from './stream-talk.ts'

/** What streams are given by the generator that they serve. */
export interface StreamWorld extends Pick<SoloWorld, 'clock' | 'network' | 'events'> {
  readonly sessions: SessionTally
}

/** Answers that go on, over HTTP/1.1: event streams, and downloads. */
export function openStream(
  world: StreamWorld,
  plan: LoadPlan,
  deadlines: DeadlineList<SoloConnection>,
): Protocol {
  const { target, connectTimeoutMs, timeoutMs, okStatuses, requestId } = plan
  const { stallMs = timeoutMs, isWhole = false } = plan.session ?? {}
  const kind = plan.protocol === 'sse' ? 'events' : 'download'
  const requests = plan.requests.map((request) =>
    encodeRequest(kind === 'events' ? askingForEvents(request) : request, {
      target,
      requestId,
      keepsAlive: false,
    }),
  )
  const { sessions } = world
  const rules = { kind, isWhole, sessions, okStatuses, timeoutMs, stallMs } as const
  const solo = { ...world, target, connectTimeoutMs, deadlines }
  return {
    open: (request, { sessionMs = 0, ...options }) =>
      new SoloConnection(
        solo,
        request,
        options,
        (line) => new StreamTalk(line, rules, requests[request.template]!, sessionMs),
      ),
  }
}

/** As an EventSource asks (HTML, section 9.2.2), unless the template asks otherwise. */
function askingForEvents(request: RequestTemplate): RequestTemplate {
  const given = Object.keys(request.headers).map((name) => name.toLowerCase())
  const asked = { Accept: 'text/event-stream', 'Cache-Control': 'no-store' }
  const missing = Object.entries(asked).filter(([name]) => !given.includes(name.toLowerCase()))
  return { ...request, headers: { ...Object.fromEntries(missing), ...request.headers } }
}
