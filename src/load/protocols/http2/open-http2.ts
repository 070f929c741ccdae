import type { AnswerChecks } from '../../expectations/answer-check.ts'
import type { LaneShare, LoadPlan } from '../../plan.ts'
import type { DeadlineList } from '../../timeouts.ts'
import type { Protocol } from '../protocol.ts'
import { StatusReader } from './answer-reader.ts'
import { checkedReaders, type NewReader } from './checked-reader.ts'
import { http2, type Http2Connection, type Http2World } from './connection.ts'
import { numberedRequests, widenTemplate } from './numbered-requests.ts'
import type { StreamRequest } from './stream.ts'
import { encodeStreamRequest, schemeOf } from './stream-request.ts'

/** What servers should allow at least (RFC 9113, section 6.5.2), and mostly do. */
export const STREAMS_MAX_DEFAULT = 100

/** What connections with streams are given by the generator that they serve. */
export interface StreamsWorld extends Pick<Http2World, 'clock' | 'network' | 'events'> {
  readonly checks: AnswerChecks | undefined
}

/** How a protocol on top of HTTP/2 asks and reads, by the index of a template. */
export interface StreamsLanguage {
  readonly requests: readonly StreamRequest[]
  readonly newReader: NewReader
}

/** Where streams go: a lane, and the deadlines of its connections. */
export interface StreamsLane {
  readonly share: LaneShare
  readonly deadlines: DeadlineList<Http2Connection>
}

/** HTTP/2 as one lane speaks it. */
export function openHttp2(world: StreamsWorld, plan: LoadPlan, lane: StreamsLane): Protocol {
  const { okStatuses } = plan
  const newReader: NewReader = (_template, body) => new StatusReader(okStatuses, body)
  return openStreams(world, plan, { ...lane, requests: encodeHttp2(plan), newReader })
}

/** The requests of a plan. Throws `load-plan-invalid` for those that HTTP/2 cannot carry. */
export function encodeHttp2({
  target,
  requests,
  requestId,
}: Pick<LoadPlan, 'target' | 'requests' | 'requestId'>): readonly StreamRequest[] {
  return requests.map((template) =>
    encodeStreamRequest(widenTemplate(template, requestId), { target, scheme: schemeOf(target) }),
  )
}

/** Any protocol that travels on streams of HTTP/2. */
export function openStreams(
  { checks, clock, network, events }: StreamsWorld,
  { target, connectTimeoutMs }: LoadPlan,
  { requests, newReader, share, deadlines }: StreamsLanguage & StreamsLane,
): Protocol {
  const isHead = (template: number) => requests[template]!.isHead
  return http2({
    clock,
    network,
    events,
    target,
    connectTimeoutMs,
    deadlines,
    requestOf: numberedRequests(requests),
    readAnswer: checkedReaders({ checks, isHead, newReader }),
    // The other lanes are about connections: they give each of them one request at a time.
    streamsMax: share.lane === 'reused' ? (share.streamsMax ?? STREAMS_MAX_DEFAULT) : 1,
  })
}
