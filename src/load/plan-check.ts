import { HitlessError } from '../base/error.ts'
import { assertNever } from '../base/invariant.ts'
import { checkDemands } from './expectations/answer-check.ts'
import type { Arrivals, LoadPlan, RateStage } from './plan.ts'
import { encodeCalls } from './protocols/grpc/open-grpc.ts'
import { encodeRequest } from './protocols/http1/request-bytes.ts'
import { encodeHttp2 } from './protocols/http2/open-http2.ts'
import { encodeMessages } from './protocols/websocket/open-websocket.ts'
import { REUSED_CONNECTIONS_DEFAULT } from './lanes/reused-lane.ts'
import { shareOf, WHOLE } from './schedules/shard.ts'
import { sharePlan } from './share-plan.ts'

/** Threads of one process. */
const GENERATORS_MAX = 64
/** The ledger numbers templates in one byte. */
const TEMPLATES_MAX = 256
const RATE_MAX = 1_000_000
const USERS_MAX = 100_000
/** Per connection: more than servers allow. */
const STREAMS_MAX = 10_000

/** Throws `load-plan-invalid` where one of `workers` generators could not carry out its share of the plan. */
export function checkShares(plan: LoadPlan, workers: number): void {
  const isNumber = Number.isInteger(workers) && workers >= 1 && workers <= GENERATORS_MAX
  check(isNumber, `${workers} workers`, `1 to ${GENERATORS_MAX}`)
  checkPlan(plan)
  if (workers > 1) for (const share of sharePlan(plan, workers)) checkConnections(share)
}

/** Throws `load-plan-invalid`, naming the field, for a plan that the generator could not carry out as written. */
export function checkPlan(plan: LoadPlan): void {
  const { requests, lanes, timeoutMs, connectTimeoutMs } = plan
  const { requestsMax = 1, durationMs = 1 } = plan
  checkArrivals(plan.arrivals)
  check(requestsMax >= 1, `${requestsMax} requests in all`, '1 or more')
  check(durationMs > 0, `duration ${durationMs} ms`, 'above 0')
  check(timeoutMs > 0 && timeoutMs < Infinity, `timeout ${timeoutMs} ms`, 'above 0')
  check(connectTimeoutMs > 0, `connect timeout ${connectTimeoutMs} ms`, 'above 0')
  check(
    requests.length > 0 && requests.length <= TEMPLATES_MAX,
    `${requests.length} requests`,
    `1 to ${TEMPLATES_MAX}`,
  )
  const weights = requests.map(({ weight }) => weight)
  check(
    weights.every((weight) => weight >= 0) && sum(weights) > 0,
    `request weights ${weights.join(', ')}`,
    '0 or more, one of them above 0',
  )
  const sharing = lanes.filter(({ sessions }) => sessions === undefined)
  const shares = sharing.map(({ share }) => share)
  check(lanes.length > 0, 'no lane', 'one lane or more')
  check(
    sharing.length === 0 ||
      (shares.every((share) => share >= 0) && Math.abs(sum(shares) - 1) < 1e-6),
    `lane shares ${shares.join(', ')}`,
    '0 or more, and add up to 1',
  )
  checkConnections(plan)
  checkRequests(plan)
  checkDemands(plan)
  checkSessions(plan)
}

function checkConnections({ lanes, connectionsMax, shard = WHOLE }: LoadPlan): void {
  // Of sessions, each of several generators has its share; the other connections are shared already.
  const kept = lanes.map(({ lane, connections, sessions }) =>
    lane === 'new'
      ? 1
      : sessions === undefined
        ? (connections ?? REUSED_CONNECTIONS_DEFAULT)
        : Math.max(shareOf(sessions, shard), Math.min(sessions, 1)),
  )
  check(
    kept.every((connections) => connections >= 1),
    `connections ${kept.join(', ')}`,
    '1 or more',
  )
  check(
    connectionsMax >= sum(kept),
    `connections max ${connectionsMax}${shard.of > 1 ? ` for each of ${shard.of} workers` : ''}`,
    `at least ${sum(kept)}, which the lanes need`,
  )
}

/** Each protocol says for itself what it cannot carry. */
function checkRequests(plan: LoadPlan): void {
  const { target, requests, lanes, requestId } = plan
  for (const { lane, streamsMax = 1 } of lanes) {
    const isNumber = Number.isInteger(streamsMax) && streamsMax >= 1 && streamsMax <= STREAMS_MAX
    check(isNumber, `${streamsMax} streams on a connection of lane ${lane}`, `1 to ${STREAMS_MAX}`)
  }
  if (plan.protocol === 'http2') encodeHttp2(plan)
  else if (plan.protocol === 'grpc') encodeCalls(plan)
  else {
    for (const request of requests) encodeRequest(request, { target, keepsAlive: true, requestId })
    if (plan.protocol === 'websocket') encodeMessages(plan)
  }
}

/** Protocols that hold sessions, and what each of the others is for. */
function checkSessions({ protocol = 'http1', lanes, session = {} }: LoadPlan): void {
  const holdsSessions = protocol === 'websocket' || protocol === 'sse' || protocol === 'download'
  for (const { lane, sessions, sessionMs = 1 } of lanes) {
    check(sessionMs > 0 && sessionMs < Infinity, `sessions of ${sessionMs} ms`, 'above 0')
    const isFit = holdsSessions ? lane === 'long' && sessions !== undefined : lane === 'new'
    if (holdsSessions)
      check(isFit, `lane ${lane} for ${protocol}`, 'long, with a number of sessions')
    else if (protocol === 'tcp') check(isFit, `lane ${lane} for ${protocol}`, 'new')
  }
  for (const [name, ms = 1] of [
    ['message interval', session.messageIntervalMs],
    ['stall timeout', session.stallMs],
  ] as const) {
    check(ms > 0 && ms < Infinity, `${name} ${ms} ms`, 'above 0')
  }
}

function checkArrivals(arrivals: Arrivals): void {
  switch (arrivals.kind) {
    case 'rate':
      return checkStages(arrivals.stages)
    case 'users':
      return check(
        Number.isInteger(arrivals.users) && arrivals.users >= 1 && arrivals.users <= USERS_MAX,
        `${arrivals.users} users`,
        `1 to ${USERS_MAX}`,
      )
    case 'recorded':
      check(arrivals.offsetsNs.length > 0, 'no recorded arrival', 'one or more')
      return check(
        arrivals.offsetsNs.every((at, index, all) => at >= (index === 0 ? 0 : all[index - 1]!)),
        'recorded arrivals that go back in time',
        'in the order of time, from 0 on',
      )
    default:
      return assertNever(arrivals)
  }
}

function checkStages(stages: readonly RateStage[]): void {
  check(stages.length > 0, 'no rate', 'a rate above 0')
  for (const [index, { fromPerSecond, toPerSecond, durationMs }] of stages.entries()) {
    for (const rate of [fromPerSecond, toPerSecond]) {
      check(rate >= 0 && rate <= RATE_MAX, `rate ${rate}/s`, `above 0 and at most ${RATE_MAX}/s`)
    }
    if (durationMs !== undefined) {
      check(durationMs > 0 && durationMs < Infinity, `a stage of ${durationMs} ms`, 'above 0')
      continue
    }
    check(index === stages.length - 1, 'an endless stage', 'the last one')
    check(
      fromPerSecond > 0 && fromPerSecond === toPerSecond,
      `rate ${fromPerSecond === toPerSecond ? '' : `${fromPerSecond}/s to `}${toPerSecond}/s`,
      `above 0 and at most ${RATE_MAX}/s`,
    )
  }
  check(
    stages.some(({ fromPerSecond, toPerSecond }) => fromPerSecond + toPerSecond > 0),
    'rate 0/s',
    `above 0 and at most ${RATE_MAX}/s`,
  )
}

function check(isValid: boolean, what: string, expected: string): void {
  if (isValid) return
  throw new HitlessError('load-plan-invalid', `the load plan has ${what}; it must be ${expected}`, {
    exitCode: 2,
    hint: 'correct it: in the flags, in the options, or under load in hitless.yaml',
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
