import type { Container, Pod } from '../api/pod.ts'
import type { ContainerConfig, ImageConfig, Mount } from '../runtime/runtime.ts'
import { ContainerConfigError } from './container/container-config-error.ts'
import { containerConfig } from './container/container-config.ts'
import { writeContainerFiles } from './container/container-files.ts'
import { withPrivileges } from './container/container-privileges.ts'
import type { NodeDoors } from './doors.ts'
import { buildEnvironment } from './environment/environment.ts'
import { readSources } from './environment/read-sources.ts'
import { inOrder, mountVolumes, type MountedVolume } from './volumes/container-mounts.ts'

export interface ConfiguredContainer {
  readonly id: string
  readonly restart: number
  readonly podIP: string
  /** Those of the pod, by name. */
  readonly volumes: ReadonlyMap<string, MountedVolume>
  /** The container whose processes it sees. Absent: its own, or all of its pod's. */
  readonly processesOf?: string
}

/** Gathers what a container is to run with. Rejects with ContainerConfigError when it cannot be had. */
export async function configureContainer(
  doors: NodeDoors,
  pod: Pod,
  container: Container,
  image: ImageConfig,
  configured: ConfiguredContainer,
): Promise<ContainerConfig> {
  const { client, nodeIP, logDirectory, podFiles, machine, runtime } = doors
  const { id, restart, podIP, processesOf } = configured
  const addresses = { podIP, hostIP: nodeIP }
  const sources = await readSources(client, pod, container, { ...addresses, machine })
  const env = buildEnvironment(container, sources)
  const mounts = await mountsOf(doors, pod, container, { ...configured, env })
  const instance = { id, restart, logDirectory }
  const target = processesOf === undefined ? {} : { processesOf }
  const config = { ...containerConfig(container, image, instance, { pod, env, mounts }), ...target }
  return withPrivileges(podFiles?.files, pod, container, image, config, {
    setsHome: hasOwnUsers(runtime),
  })
}

/** Another container engine looks for the home directory itself, and a plain process is whoever runs hitless. */
function hasOwnUsers(runtime: NodeDoors['runtime']): boolean {
  return runtime.prepareImage === undefined && runtime.addressing === undefined
}

async function mountsOf(
  { podFiles, runtime, clusterDns = [] }: NodeDoors,
  pod: Pod,
  container: Container,
  { podIP, volumes, env }: ConfiguredContainer & { readonly env: Readonly<Record<string, string>> },
): Promise<readonly Mount[]> {
  if (podFiles === undefined) {
    const [mount] = container.volumeMounts ?? []
    if (mount === undefined) return []
    throw new ContainerConfigError(
      `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
    )
  }
  const { hostAddress } = runtime
  const network = { podIP, hostAddress, clusterDns }
  const own = await writeContainerFiles(podFiles, pod, container, network)
  return inOrder([...(await mountVolumes(podFiles.files, container, { volumes, env })), ...own])
}
