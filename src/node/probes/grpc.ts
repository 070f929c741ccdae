import { encodeHealthCheck, HEALTH_CHECK_PATH, SERVING_STATUSES } from '../../base/grpc-health.ts'
import { frameMessage, MESSAGE_PREFIX_BYTES } from '../../base/grpc-message.ts'
import { type Clock, sleep } from '../../world/clock.ts'
import {
  type Address,
  type Http2Answer,
  Http2RequestError,
  type Network,
} from '../../world/network.ts'
import { formatBackOff } from '../container/back-off.ts'
import { KUBERNETES_VERSION } from '../http-action.ts'
import { NS_PER_MS } from '../timings.ts'
import { grpcStatusOf } from './grpc-status.ts'
import type { ProbeOutcome } from './outcome.ts'

const ANSWER_BYTES_MAX = 10_240
/** A dial that fails is tried again after 1 s, 1.6 s, 2.56 s … (gRPC's connection back-off, without its jitter). */
const REDIAL_MS = 1_000
const REDIAL_FACTOR = 1.6
const OK = 0
const DEADLINE_EXCEEDED = 4
const UNIMPLEMENTED = 12

/**
 * A gRPC probe: a success when the health service says SERVING. As in Kubernetes a port that refuses is tried until
 * the timeout, and nothing is an error of the prober.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-a-grpc-liveness-probe
 */
export async function probeGrpc(
  world: { readonly network: Network; readonly clock: Clock },
  target: Address & { readonly service: string },
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbeOutcome> {
  const { network, clock } = world
  const deadline = clock.monotonicNs() + timeoutMs * NS_PER_MS
  const leftMs = () => (deadline - clock.monotonicNs()) / NS_PER_MS
  for (let redialMs = REDIAL_MS; ; redialMs *= REDIAL_FACTOR) {
    try {
      const answer = await network.requestHttp2({
        target,
        path: HEALTH_CHECK_PATH,
        headers: requestHeaders(leftMs()),
        body: frameMessage(encodeHealthCheck(target.service)),
        timeoutMs: leftMs(),
        bodyBytesMax: ANSWER_BYTES_MAX,
        signal,
      })
      return judge(answer, timeoutMs)
    } catch (error) {
      if (!(error instanceof Http2RequestError)) throw error
      if (error.stage === 'exchange') return judgeBrokenExchange(error, timeoutMs)
      await sleep(clock, Math.min(redialMs, leftMs()), signal)
      if (leftMs() <= 0 || signal.aborted) return failedDial(target, timeoutMs)
    }
  }
}

function requestHeaders(leftMs: number): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': `kube-probe/${KUBERNETES_VERSION}`,
    'grpc-timeout': `${Math.max(1, Math.floor(leftMs))}m`,
  }
}

function judge(answer: Http2Answer, timeoutMs: number): ProbeOutcome {
  const { code, name, message } = grpcStatusOf(answer)
  if (code === UNIMPLEMENTED) {
    return failure(
      `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`,
    )
  }
  if (code === DEADLINE_EXCEEDED) return unfinished(timeoutMs)
  if (code !== OK) {
    return failure(`error: health rpc probe failed: rpc error: code = ${name} desc = ${message}`)
  }
  const status = servingStatusOf(answer.body)
  if (status === 'SERVING') return { kind: 'success' }
  return failure(`service unhealthy (responded with "${status}")`)
}

/** HealthCheckResponse { ServingStatus status = 1 }; a number without a name stands for itself. */
function servingStatusOf(body: Uint8Array): string {
  const [tag, number = 0] = body.subarray(MESSAGE_PREFIX_BYTES)
  const status = tag === 0x08 ? number : 0
  return SERVING_STATUSES[status] ?? String(status)
}

function judgeBrokenExchange(
  { code, message }: Http2RequestError,
  timeoutMs: number,
): ProbeOutcome {
  if (code === 'TIMEOUT') return unfinished(timeoutMs)
  return failure(
    `error: health rpc probe failed: rpc error: code = Unavailable desc = error reading from server: ${message}`,
  )
}

function unfinished(timeoutMs: number): ProbeOutcome {
  return failure(`timeout: health rpc did not complete within ${formatBackOff(timeoutMs)}`)
}

function failedDial({ host, port }: Address, timeoutMs: number): ProbeOutcome {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return failure(
    `timeout: failed to connect service "${address}" within ${formatBackOff(timeoutMs)}: context deadline exceeded`,
  )
}

function failure(message: string): ProbeOutcome {
  return { kind: 'failure', message }
}
