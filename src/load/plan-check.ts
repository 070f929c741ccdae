import { HitlessError } from '../base/error.ts'
import type { LoadPlan } from './plan.ts'
import { encodeRequest } from './protocols/http1/request-bytes.ts'
import { REUSED_CONNECTIONS_DEFAULT } from './lanes/reused-lane.ts'

/** The ledger numbers templates in one byte. */
const TEMPLATES_MAX = 256
const RATE_MAX = 1_000_000

/** Throws `load-plan-invalid`, naming the field, for a plan that the generator could not carry out as written. */
export function checkPlan(plan: LoadPlan): void {
  const { target, requests, ratePerSecond, lanes, timeoutMs, connectTimeoutMs, connectionsMax } =
    plan
  check(
    ratePerSecond > 0 && ratePerSecond <= RATE_MAX,
    `rate ${ratePerSecond}/s`,
    `above 0 and at most ${RATE_MAX}/s`,
  )
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
  const shares = lanes.map(({ share }) => share)
  check(
    shares.every((share) => share >= 0) && Math.abs(sum(shares) - 1) < 1e-6,
    `lane shares ${shares.join(', ')}`,
    '0 or more, and add up to 1',
  )
  const kept = lanes.map(({ lane, connections }) =>
    lane === 'new' ? 1 : (connections ?? REUSED_CONNECTIONS_DEFAULT),
  )
  check(
    kept.every((connections) => connections >= 1),
    `connections ${kept.join(', ')}`,
    '1 or more',
  )
  check(
    connectionsMax >= sum(kept),
    `connections max ${connectionsMax}`,
    `at least ${sum(kept)}, which the lanes need`,
  )
  for (const request of requests) encodeRequest(request, { target, keepsAlive: true })
}

function check(isValid: boolean, what: string, expected: string): void {
  if (isValid) return
  throw new HitlessError('load-plan-invalid', `the load plan has ${what}; it must be ${expected}`, {
    exitCode: 2,
    hint: 'correct it under load in hitless.yaml',
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
