import type { Kind, ObjectOf } from '../../api/kinds.ts'
import type { Container, Pod } from '../../api/pod.ts'
import type { ResourceAmounts } from '../../api/scheduling.ts'
import type { Client } from '../../client/client.ts'
import { getIfThere } from '../../client/get-if-there.ts'
import type { EnvironmentSources } from './environment.ts'
import { API_SERVICE } from './service-variables.ts'

/**
 * Gathers once what the environment of a container is made from: the Services of its namespace, and the ConfigMaps and
 * Secrets that it names.
 */
export async function readSources(
  client: Client,
  pod: Pod,
  container: Container,
  {
    machine,
    ...addresses
  }: Pick<EnvironmentSources, 'podIP' | 'hostIP'> & { readonly machine: ResourceAmounts },
): Promise<EnvironmentSources> {
  const { namespace = 'default' } = pod.metadata
  const names = namesIn(container)
  const configMaps = await readNamed(client, 'ConfigMap', namespace, names.configMaps)
  const secrets = await readNamed(client, 'Secret', namespace, names.secrets)
  const own = (await client.list('Service', { namespace })).items
  const ofApi =
    namespace === API_SERVICE.namespace
      ? undefined
      : await getIfThere(client, 'Service', API_SERVICE)
  const services = ofApi === undefined ? own : [...own, ofApi]
  const asksResources = container.env?.some(({ valueFrom }) => valueFrom?.resourceFieldRef)
  const allocatable = asksResources === true ? await readAllocatable(client, pod, machine) : {}
  return { pod, configMaps, secrets, services, allocatable, ...addresses }
}

/** What the pod's node has for pods: what its machine has, where the node does not say so. */
export async function readAllocatable(
  client: Client,
  { spec }: Pod,
  machine: ResourceAmounts,
): Promise<ResourceAmounts> {
  const node = await getIfThere(client, 'Node', { name: spec.nodeName ?? '' })
  return { ...machine, ...node?.status?.allocatable }
}

/** Those that are there, by name. */
export async function readNamed<K extends Kind>(
  client: Client,
  kind: K,
  namespace: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ObjectOf<K>>> {
  const found = new Map<string, ObjectOf<K>>()
  for (const name of new Set(names)) {
    const object = await getIfThere(client, kind, { namespace, name })
    if (object !== undefined) found.set(name, object)
  }
  return found
}

function namesIn({ env = [], envFrom = [] }: Container): {
  readonly configMaps: readonly string[]
  readonly secrets: readonly string[]
} {
  return {
    configMaps: defined([
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ]),
    secrets: defined([
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...envFrom.map(({ secretRef }) => secretRef?.name),
    ]),
  }
}

function defined(names: readonly (string | undefined)[]): readonly string[] {
  return names.filter((name) => name !== undefined)
}
