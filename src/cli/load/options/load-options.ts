import { describeExpected } from '../../../load/describe-expected.ts'
import type { LoadPlan, LoadProtocol } from '../../../load/plan.ts'
import { liveRandom } from '../../../world/live/random.ts'
import type { LoadDescription } from '../../../timeline/load-summary.ts'
import { badFlag, duration, wholeNumber } from '../../flag-values.ts'
import { arrivalsOf, describeRates, durationOf } from './arrivals-options.ts'
import { lanesOf } from './lane-options.ts'
import type { LoadFlags } from './load-flags.ts'
import { readDemands } from './expectation-options.ts'
import { readInput } from '../requests/read-input.ts'
import { readRequests, type RequestSources } from '../requests/request-options.ts'
import {
  handshakeOf,
  holdsSessions,
  protocolOf,
  readSessions,
  refuseFlagsOfRequests,
  refuseSessionFlags,
} from './session-options.ts'
import { callsOf, namedProtocol, streamsOf, withStreams } from './stream-options.ts'
import { readTarget } from './target-options.ts'
import { reachTarget } from './tls-options.ts'

/** What one command line asks for. */
export interface LoadOrder {
  readonly plan: LoadPlan
  readonly workers: number
  readonly description: LoadDescription
}

const TIMEOUT_MS_DEFAULT = 5_000
const CONNECT_TIMEOUT_MS_DEFAULT = 2_000
const CONNECTIONS_MAX_DEFAULT = 10_000
const WORKERS_MAX = 64
/** The ledger numbers requests in 32 bits. */
const REQUESTS_MAX = 4_294_967_295

/** Throws HitlessError (exit code 2) naming the flag that makes no sense. */
export function readLoadOrder(
  url: string | undefined,
  flags: LoadFlags,
  sources: RequestSources = { read: readInput, random: liveRandom() },
): LoadOrder {
  const input = readRequests(url, flags, sources)
  const named = readTarget(input.url)
  const { target, tls } = reachTarget(named.target, { ...input.reach, ...flags })
  const protocol = protocolOf(named.protocol, namedProtocol(flags))
  const timeoutMs = duration('--timeout', flags.timeout) ?? TIMEOUT_MS_DEFAULT
  const workers = wholeNumber('--workers', flags.workers) ?? 1
  if (workers < 1 || workers > WORKERS_MAX)
    throw badFlag('--workers', `${workers}`, `1 to ${WORKERS_MAX}`)
  const requestsMax = wholeNumber('--requests', flags.requests, REQUESTS_MAX)
  const durationMs = durationOf(flags, requestsMax)
  const plan: LoadPlan = {
    target,
    ...(protocol === 'http1' ? {} : { protocol }),
    requests: requestsOf(protocol, input.requests, flags),
    ...flowOf(protocol, flags, sources),
    timeoutMs,
    connectTimeoutMs:
      duration('--connect-timeout', flags.connectTimeout) ??
      Math.min(timeoutMs, CONNECT_TIMEOUT_MS_DEFAULT),
    // A bare connection says nothing.
    ...readDemands(protocol === 'tcp' ? { ...flags, requestId: 'off' } : flags, sources.random),
    connectionsMax:
      wholeNumber('--max-connections', flags.maxConnections) ?? CONNECTIONS_MAX_DEFAULT,
    ...(requestsMax === undefined ? {} : { requestsMax }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
  const description = {
    ...describe(input.url, plan, workers, tls),
    ...(input.notes.length === 0 ? {} : { notes: input.notes }),
  }
  return { plan, workers, description }
}

function requestsOf(
  protocol: LoadProtocol,
  requests: LoadPlan['requests'],
  flags: LoadFlags,
): LoadPlan['requests'] {
  if (protocol === 'grpc') return callsOf(requests, flags)
  return protocol === 'websocket' ? requests.map(handshakeOf) : requests
}

/** When requests are sent, and on which connections; or how many sessions are held. */
function flowOf(
  protocol: LoadProtocol,
  flags: LoadFlags,
  { read }: RequestSources,
): Pick<LoadPlan, 'arrivals' | 'lanes' | 'session'> {
  const streamsMax = streamsOf(protocol, flags)
  if (holdsSessions(protocol)) return readSessions(protocol, flags)
  refuseSessionFlags(flags)
  const users = wholeNumber('--concurrency', flags.concurrency)
  const arrivals = arrivalsOf(flags, users, read)
  if (protocol !== 'tcp') return { arrivals, lanes: withStreams(lanesOf(flags, users), streamsMax) }
  refuseFlagsOfRequests(flags)
  return { arrivals, lanes: [{ lane: 'new', share: 1 }] }
}

function describe(
  url: string,
  plan: LoadPlan,
  workers: number,
  tls: string | undefined,
): LoadDescription {
  const { arrivals, durationMs, lanes, requestsMax, timeoutMs } = plan
  const isAnswered = plan.protocol !== 'tcp' && plan.protocol !== 'websocket'
  const last = arrivals.kind === 'rate' ? arrivals.stages.at(-1) : undefined
  return {
    url,
    protocol: plan.protocol ?? 'http1',
    ...(tls === undefined ? {} : { tls }),
    ...(last === undefined ? {} : { ratePerSecond: last.toPerSecond }),
    ...(arrivals.kind === 'rate' && arrivals.stages.length > 1
      ? { rates: describeRates(arrivals.stages) }
      : {}),
    ...(arrivals.kind === 'users' ? { users: arrivals.users } : {}),
    connections: lanes.reduce(
      (sum, { connections = 0, sessions = 0 }) => sum + connections + sessions,
      0,
    ),
    ...(durationMs === undefined ? {} : { seconds: durationMs / 1_000 }),
    ...(requestsMax === undefined ? {} : { requestsMax }),
    timeoutMs,
    workers,
    requests:
      plan.protocol === 'tcp'
        ? ['connect']
        : plan.requests.map(({ method, path }) => `${method} ${path}`),
    expected: isAnswered ? describeExpected(plan) : [],
    ...(plan.requestId === undefined ? {} : { requestId: plan.requestId }),
  }
}
