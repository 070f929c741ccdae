import { getIfThere } from '../client/get-if-there.ts'
import type { ConfigMap } from '../api/core.ts'
import type { Container, Pod } from '../api/pod.ts'
import type { Client } from '../client/client.ts'
import type { EnvironmentSources } from './environment.ts'

/** Gathers once what the environment of a container is made from: its namespace's Services and the ConfigMaps it names. */
export async function readSources(
  client: Client,
  pod: Pod,
  container: Container,
  addresses: { readonly podIP: string; readonly hostIP: string },
): Promise<EnvironmentSources> {
  const { namespace = 'default' } = pod.metadata
  const configMaps = new Map<string, ConfigMap>()
  for (const name of configMapNames(container)) {
    const configMap = await getIfThere(client, 'ConfigMap', { namespace, name })
    if (configMap !== undefined) configMaps.set(name, configMap)
  }
  const services = (await client.list('Service', { namespace })).items
  return { pod, configMaps, services, ...addresses }
}

function configMapNames({ env = [], envFrom = [] }: Container): readonly string[] {
  const names = [
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ...envFrom.map(({ configMapRef }) => configMapRef?.name),
  ]
  return [...new Set(names.filter((name) => name !== undefined))]
}
