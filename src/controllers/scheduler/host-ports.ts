import type { Pod } from '../../api/pod.ts'

interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

const ANY_ADDRESS = '0.0.0.0'

/** Whether a port of the node that the pod wants is in use by another of its pods. */
export function hasPortConflict(pod: Pod, portUsers: readonly Pod[]): boolean {
  const wanted = hostPortsOf(pod)
  if (wanted.length === 0) return false
  return portUsers.some((other) =>
    hostPortsOf(other).some((used) => wanted.some((one) => collide(one, used))),
  )
}

function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false
  return a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS
}

export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always')
  return [...spec.containers, ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort = 0 }) => hostPort > 0)
    .map(({ hostPort = 0, hostIP = '', protocol = 'TCP' }) => ({
      ip: hostIP === '' ? ANY_ADDRESS : hostIP,
      protocol,
      port: hostPort,
    }))
}
