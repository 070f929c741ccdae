import type { LoadPlan } from '../../plan.ts'
import type { NewReader } from '../http2/checked-reader.ts'
import { widenTemplate } from '../http2/numbered-requests.ts'
import { openStreams, type StreamsLane, type StreamsWorld } from '../http2/open-http2.ts'
import type { StreamRequest } from '../http2/stream.ts'
import { schemeOf } from '../http2/stream-request.ts'
import type { Protocol } from '../protocol.ts'
import { encodeCall, GrpcReader, isServing } from './call.ts'
import { HEALTH_CHECK_PATH } from '../../../base/grpc-health.ts'

/** Unary calls of gRPC as one lane makes them. */
export function openGrpc(world: StreamsWorld, plan: LoadPlan, lane: StreamsLane): Protocol {
  // A health check asks whether there is service: that there is none is not the answer to it.
  const checks = plan.requests.map(({ path }) =>
    path === HEALTH_CHECK_PATH ? isServing : undefined,
  )
  const newReader: NewReader = (template, body) => new GrpcReader(checks[template], body)
  return openStreams(world, plan, { ...lane, requests: encodeCalls(plan), newReader })
}

/** The calls of a plan: paths are methods, headers metadata, bodies messages. Throws `load-plan-invalid` for what is no call. */
export function encodeCalls({
  target,
  requests,
  requestId,
  timeoutMs,
}: Pick<LoadPlan, 'target' | 'requests' | 'requestId' | 'timeoutMs'>): readonly StreamRequest[] {
  return requests.map((template) => {
    const wide = widenTemplate(template, requestId)
    const { path, headers, body = new Uint8Array(0), authority = target.authority } = wide
    return encodeCall(
      { path, message: body, metadata: headers, timeoutMs },
      { target: { ...target, authority }, scheme: schemeOf(target) },
    )
  })
}
