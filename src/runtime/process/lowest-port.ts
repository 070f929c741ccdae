import type { Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from './shell.ts'

/** Sets `lowest` to the lowest port that this user may listen on; 0 where it may on all. */
export const LOWEST_PORT_SCRIPT = `
lowest=1024
if [ "$(id -u)" = 0 ]; then
  lowest=0
elif [ -r /proc/sys/net/ipv4/ip_unprivileged_port_start ]; then
  # Not \`read\`: dash reads byte by byte, and of such a file the kernel gives the first one only.
  lowest=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
fi
`

export async function findLowestPort(processes: Processes): Promise<number> {
  const command = ['/bin/sh', '-c', `${LOWEST_PORT_SCRIPT}echo "$lowest"`]
  const { stdout } = await processes.run(command, { timeoutMs: 10_000, env: SCRIPT_ENVIRONMENT })
  return Number(stdout.trim())
}
