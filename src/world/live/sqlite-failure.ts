/** https://www.sqlite.org/rescode.html, the lower byte. */
const FAILURES: ReadonlyMap<number, SqliteFailure> = new Map([
  [5, 'in use'],
  [6, 'in use'],
  [11, 'damaged'],
  [26, 'damaged'],
])

/** `refused`: the operating system did not let it happen. */
export type SqliteFailure = 'in use' | 'damaged' | 'refused'

export function sqliteFailureOf(error: unknown): SqliteFailure {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? (FAILURES.get(code & 0xff) ?? 'refused') : 'refused'
}
