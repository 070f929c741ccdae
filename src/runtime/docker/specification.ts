import type { Fields } from '../../base/fields.ts'
import type { ContainerConfig } from '../runtime.ts'
import type { MadeMount } from './memory-volumes.ts'

/** What the engine is asked to create for a container: its own network and host name are the pod's. */
export function containerSpecification(
  config: ContainerConfig,
  image: string,
  pod: {
    readonly holderId: string
    readonly sharesProcesses: boolean
    /** The container whose processes it sees. */
    readonly processesOf?: string | undefined
    readonly labels: Fields
    readonly mounts: readonly MadeMount[]
  },
): Fields {
  const { command, env, workingDir, user, limits, stdin = false } = config
  const network = `container:${pod.holderId}`
  return {
    Image: image,
    // All of it: an empty list would bring the image's own back.
    Entrypoint: command,
    Cmd: [],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: workingDir,
    ...(user === undefined ? {} : { User: `${user.uid}:${user.gid}` }),
    OpenStdin: stdin,
    StdinOnce: false,
    AttachStdout: true,
    AttachStderr: true,
    Labels: pod.labels,
    HostConfig: {
      NetworkMode: network,
      ...(pod.sharesProcesses
        ? { PidMode: network }
        : pod.processesOf === undefined
          ? {}
          : { PidMode: `container:${pod.processesOf}` }),
      ...(user === undefined ? {} : { GroupAdd: user.supplementalGroups.map(String) }),
      Binds: pod.mounts
        .filter(({ isMade }) => isMade === true)
        .map(({ source, target, readOnly }) => `${source}:${target}:${readOnly ? 'ro' : 'rw'}`),
      Mounts: pod.mounts
        .filter(({ isMade }) => isMade !== true)
        .map(({ source, target, readOnly }) => ({
          Type: 'bind',
          Source: source,
          Target: target,
          ReadOnly: readOnly,
        })),
      ...(limits?.memoryBytes === undefined
        ? {}
        : // No swap on top of it, as Kubernetes has none.
          { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes }),
      ...(limits?.cpuMillis === undefined
        ? {}
        : { CpuPeriod: CPU_PERIOD_US, CpuQuota: Math.max(1_000, limits.cpuMillis * 100) }),
      // Output goes to hitless alone, which keeps it in files of its own.
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}

/** As the kubelet has it; a thousandth of a CPU is 100 µs of it, and the kernel takes no less than 1 ms. */
const CPU_PERIOD_US = 100_000
