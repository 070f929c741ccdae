import type { MachineLimits } from '../../world/vitals.ts'

export interface LimitedRequests {
  /** Empty where the socket told none. */
  readonly errno: string
  readonly requests: number
  /** HOST:PORT. */
  readonly target: string
  /** As they were at the first of them. */
  readonly limits: MachineLimits | undefined
}

/** One sentence: how many requests, which limit, how high it is, what to do. */
export function explainLimit({ errno, requests, target, limits }: LimitedRequests): string {
  const who = requests === 1 ? '1 request' : `${requests} requests`
  switch (errno) {
    case 'EADDRNOTAVAIL':
    case 'EADDRINUSE':
      return (
        `${who} found no free local port towards ${target} (${errno})${portsOf(limits)}. ` +
        'Keep connections or use fewer, or widen net.ipv4.ip_local_port_range.'
      )
    case 'EMFILE':
      return (
        `${who} found no free file descriptor (EMFILE)${filesOf(limits)}. ` +
        'Use fewer connections, or raise the limit (ulimit -n).'
      )
    default:
      return `${who} met a limit of this machine (${errno === '' ? 'unnamed' : errno}).`
  }
}

function portsOf(limits: MachineLimits | undefined): string {
  if (limits?.ports === undefined) return ''
  const [first, last] = limits.ports
  const waiting =
    limits.timeWait === undefined ? '' : `, and ${limits.timeWait} connections are in TIME_WAIT`
  return `: net.ipv4.ip_local_port_range has ${last - first + 1} (${first} to ${last})${waiting}`
}

function filesOf(limits: MachineLimits | undefined): string {
  return limits?.filesMax === undefined ? '' : `: the limit of this process is ${limits.filesMax}`
}
