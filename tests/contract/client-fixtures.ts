import type { ConfigMap } from '../../src/api/core.ts'
import type { Client, WatchEvent } from '../../src/client/client.ts'

/** A client of an empty cluster (only the namespace `default`), and a way to let what is under way arrive. */
export interface ClientUnderTest {
  readonly client: Client
  /** Resolves when the events of all finished writes have reached the watches. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
}

export type MakeClient = () => Promise<ClientUnderTest>

/** The body of a test that gets a client of its own. */
export type WithClient = (
  use: (client: Client, settle: () => Promise<void>) => Promise<void>,
) => () => Promise<void>

export function withClientOf(makeClient: MakeClient): WithClient {
  return (use) => async () => {
    const { client, settle, close } = await makeClient()
    try {
      await use(client, settle)
    } finally {
      await close()
    }
  }
}

export function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data }
}

export function labelled(map: ConfigMap, labels: Record<string, string>): ConfigMap {
  return { ...map, metadata: { ...map.metadata, labels } }
}

export function name(name: string): { readonly namespace: string; readonly name: string } {
  return { namespace: 'default', name }
}

/** An event as `TYPE name`, for comparing whole sequences. */
export function describeEvent(event: WatchEvent<'ConfigMap'>): string {
  return 'object' in event ? `${event.type} ${event.object.metadata.name}` : event.type
}
