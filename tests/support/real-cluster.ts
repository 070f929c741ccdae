import type { Client, ListOptions, WatchEvent } from '../../src/client/client.ts'
import { newHttpClient } from '../../src/client/http-client.ts'
import { readKubeconfig } from '../../src/client/kubeconfig.ts'
import type { ApiObject } from '../../src/api/meta.ts'
import { readYaml } from '../../src/manifest/yaml-reader.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveFiles } from '../../src/world/live/files.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'

export interface RealCluster {
  readonly client: Client
  readonly close: () => Promise<void>
}

/** A cluster by its kubeconfig. */
export async function openRealCluster(path: string, userAgent: string): Promise<RealCluster> {
  const access = await readKubeconfig({
    files: liveFiles(),
    paths: [path],
    parseYaml: (text, file) => readYaml(text, file).documents[0]?.value,
  })
  const caller = liveHttpCallers().open(access.endpoint)
  const token = access.token === undefined ? {} : { token: access.token }
  const client = newHttpClient({ caller, clock: liveClock(), userAgent, ...token })
  return { client, close: () => caller.close() }
}

/** What a new cluster has of its own accord, so that the rest is what a test made. */
function isOfTheSystem({ metadata }: ApiObject): boolean {
  const { name, namespace = '' } = metadata
  return namespace.startsWith('kube-') || name === 'kube-root-ca.crt'
}

/** `client` without the objects that a new cluster has of its own accord. */
export function withoutSystemObjects(client: Client): Client {
  return {
    get: (kind, name) => client.get(kind, name),
    create: (kind, object) => client.create(kind, object),
    update: (kind, object, options) => client.update(kind, object, options),
    patch: (kind, name, patch, options) => client.patch(kind, name, patch, options),
    apply: (kind, object, manager) => client.apply(kind, object, manager),
    delete: (kind, name, options) => client.delete(kind, name, options),
    deleteCollection: (kind, options, deletion) => client.deleteCollection(kind, options, deletion),
    bind: async (pod, nodeName, nowMs) => client.bind?.(pod, nodeName, nowMs),
    async list(kind, options?: ListOptions) {
      const { items, resourceVersion } = await client.list(kind, options)
      return { items: items.filter((item) => !isOfTheSystem(item)), resourceVersion }
    },
    watch: (kind, options, onEvent) =>
      client.watch(kind, options, (event: WatchEvent<typeof kind>) => {
        if (!('object' in event) || !isOfTheSystem(event.object)) onEvent(event)
      }),
  }
}
