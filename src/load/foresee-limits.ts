import type { MachineLimits } from '../world/vitals.ts'
import type { LoadPlan } from './plan.ts'

/** Of the process itself: its files, pipes, threads. */
const OWN_FILES = 32

/** What of the plan this machine cannot do, told before the first request; empty when nothing is foreseen. */
export function foreseeLimits(plan: LoadPlan, limits: MachineLimits): readonly string[] {
  const kept = plan.lanes.reduce(
    (sum, { connections = 0, sessions = 0 }) => sum + connections + sessions,
    0,
  )
  const { filesMax, ports } = limits
  const told: string[] = []
  if (filesMax !== undefined && kept + OWN_FILES > filesMax) {
    told.push(
      `${kept} connections need more file descriptors than this process may have (${filesMax}): raise the limit (ulimit -n).`,
    )
  }
  if (ports === undefined) return told
  const [first, last] = ports
  const free = last - first + 1
  if (kept > free) {
    told.push(
      `${kept} connections to one address need more local ports than there are: ` +
        `net.ipv4.ip_local_port_range has ${free} (${first} to ${last}).`,
    )
  } else if ((limits.timeWait ?? 0) > free / 2) {
    told.push(
      `${limits.timeWait} connections are in TIME_WAIT already, and net.ipv4.ip_local_port_range has ${free} ports: ` +
        'new connections may find none.',
    )
  }
  return told
}
