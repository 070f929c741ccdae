/** The errno name that a failed system call carries (`ECONNREFUSED`), or `fallback`. */
export function errnoOf(error: unknown, fallback = 'UNKNOWN'): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : fallback
}

/** The system call that failed (`connect`), or `fallback`. */
export function syscallOf(error: unknown, fallback: string): string {
  const syscall = error instanceof Error && 'syscall' in error ? error.syscall : undefined
  return typeof syscall === 'string' ? syscall : fallback
}
