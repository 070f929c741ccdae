/** A broken promise of our own code, never a user's mistake: it stops the run. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}

/** Makes a switch over a tagged union exhaustive: the type checker refuses a forgotten case. */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected variant ${JSON.stringify(value)}`)
}
