import { isApiError } from '../../api/api-error.ts'
import type { Namespace } from '../../api/core.ts'
import { KINDS, kindNames, type Kind } from '../../api/kinds.ts'
import type { Client } from '../../client/client.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { saySame, terminationConditions, type Remains } from './reconcile.ts'

/** How soon a namespace is looked at again while pods in it take their grace period. */
const RETRY_MS = 500

/** Whoever controls others goes first, so that nothing is made anew; events last: the others still write some. */
const ORDER: readonly Kind[] = [
  'Deployment',
  'ReplicaSet',
  ...kindNames().filter((kind) => !['Deployment', 'ReplicaSet', 'Event'].includes(kind)),
  'Event',
]

/**
 * Empties namespaces that are being deleted, and lets them go when nothing is left in them.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */
export function startNamespaceController({ client, clock, caches }: ControllerContext): Controller {
  const queue = newControllerQueue(clock, async (name) => {
    const namespace = caches.of('Namespace').get(name)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    const remains = await deleteContent(client, name)
    const current = await writeConditions(namespace, remains)
    if (remains.length > 0) return queue.addAfter(name, RETRY_MS)
    await finalize(current)
  })

  const writeConditions = async (namespace: Namespace, remains: readonly Remains[]) => {
    const conditions = terminationConditions(namespace, remains, clock.wallMs())
    if (saySame(conditions, namespace.status?.conditions)) return namespace
    const next: Namespace = { ...namespace, status: { ...namespace.status, conditions } }
    return client.update('Namespace', next, { subresource: 'status' })
  }

  const finalize = async (namespace: Namespace) => {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== 'kubernetes')
    const next: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } }
    await client.update('Namespace', next, { subresource: 'finalize' })
  }

  caches.of('Namespace').onChange(({ current }) => {
    if (current?.metadata.deletionTimestamp !== undefined) queue.add(current.metadata.name)
  })
  return { stop: () => queue.stop() }
}

/** Deletes everything in the namespace; what is there still, waits for its finalizers or its grace period. */
async function deleteContent(client: Client, namespace: string): Promise<readonly Remains[]> {
  const remains: Remains[] = []
  for (const kind of ORDER) {
    const { namespaced, plural, apiVersion } = KINDS[kind]
    if (!namespaced) continue
    for (const { metadata } of (await client.list(kind, { namespace })).items) {
      if (metadata.deletionTimestamp !== undefined) continue
      try {
        await client.delete(kind, { namespace, name: metadata.name })
      } catch (error) {
        if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error
      }
    }
    const objects = (await client.list(kind, { namespace })).items
    const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0] ?? ''}` : '.'
    if (objects.length > 0) remains.push({ resource: `${plural}${group}`, objects })
  }
  return remains
}
