import type { LoadPlan } from './plan.ts'

/** What answers have to be, in words, for the beginning of a run: `status 200-399`, `a body of 5 bytes`. */
export function describeExpected({
  okStatuses,
  expected = {},
  protocol,
}: Pick<LoadPlan, 'okStatuses' | 'expected' | 'protocol'>): readonly string[] {
  const { bodyLength, bodySha256, bodyPattern, headers = [] } = expected
  const ranges = okStatuses.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`))
  return [
    protocol === 'grpc' ? 'gRPC status OK' : `status ${ranges.join(', ')}`,
    ...headers.map(({ name, value }) => `header ${name}: ${value}`),
    ...(bodyLength === undefined ? [] : [`a body of ${bodyLength} bytes`]),
    ...(bodySha256 === undefined ? [] : [`its SHA-256 ${bodySha256.slice(0, 12)}…`]),
    ...(bodyPattern === undefined ? [] : [`a body with /${bodyPattern}/`]),
  ]
}
