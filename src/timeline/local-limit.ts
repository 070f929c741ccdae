/** Errnos that tell of a bound of the own machine, not of the peer: files, ports, buffers. */
const LOCAL_LIMITS: readonly string[] = [
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'ENOBUFS',
  'ENOMEM',
]

export function isLocalLimit(errno: string | undefined): boolean {
  return errno !== undefined && LOCAL_LIMITS.includes(errno)
}
