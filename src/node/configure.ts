import type { Container, Pod } from '../api/pod.ts'
import type { ContainerConfig, ImageConfig } from '../runtime/runtime.ts'
import { containerConfig } from './container-config.ts'
import { withPrivileges } from './container-privileges.ts'
import type { NodeDoors } from './doors.ts'
import { readSources } from './read-sources.ts'

/** Gathers what a container is to run with. Rejects with ContainerConfigError when it cannot be had. */
export async function configureContainer(
  { client, nodeIP, logDirectory, podFiles }: NodeDoors,
  pod: Pod,
  container: Container,
  image: ImageConfig,
  { id, restart, podIP }: { readonly id: string; readonly restart: number; readonly podIP: string },
): Promise<ContainerConfig> {
  const sources = await readSources(client, pod, container, { podIP, hostIP: nodeIP })
  const config = containerConfig(container, image, { id, restart, logDirectory }, sources)
  return withPrivileges(podFiles?.files, pod, container, image, config)
}
