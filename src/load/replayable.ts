import type { RequestTemplate } from './plan.ts'

/** Go's net/http sends such a request again by itself, whatever its method. */
const IDEMPOTENCY_HEADERS: readonly string[] = ['idempotency-key', 'x-idempotency-key']
const REPLAYABLE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/**
 * Clients that retry without a word would send it again: Go's rule. Not all idempotent methods are in it, and
 * bodies do not matter, as these clients can make theirs again.
 */
export function isReplayable({ method, headers }: RequestTemplate): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  return (
    REPLAYABLE_METHODS.includes(method) || names.some((name) => IDEMPOTENCY_HEADERS.includes(name))
  )
}
