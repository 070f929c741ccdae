import { ApiError } from '../../api/api-error.ts'
import type { Namespace } from '../../api/core.ts'
import { KINDS, kindNames, type Kind } from '../../api/kinds.ts'
import type { ApiObject } from '../../api/meta.ts'
import type { Client } from '../../client/client.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'
import { saySame, terminationConditions, type Emptying, type Remains } from './reconcile.ts'

/** How soon a namespace is looked at again when something in it has gone: much goes at the same time. */
const BATCH_MS = 100

/** … and when nothing was told. Kubernetes takes as long to wait for finalizers (finalizerEstimateSeconds). */
const FALLBACK_MS = 15_000

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
  const isTerminating = (name: string) =>
    caches.of('Namespace').get(name)?.metadata.deletionTimestamp !== undefined

  const queue = newControllerQueue(clock, async (name) => {
    const namespace = caches.of('Namespace').get(name)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    const { remains, errors } = await deleteContent(client, name)
    const failures = errors.map(({ message }) => message)
    const current = await writeConditions(namespace, { remains, failures })
    const [error] = errors
    if (error !== undefined) throw error
    if (remains.length > 0) return queue.addAfter(name, FALLBACK_MS)
    await finalize(current)
  })

  const writeConditions = async (namespace: Namespace, emptying: Emptying) => {
    const conditions = terminationConditions(namespace, emptying, clock.wallMs())
    if (saySame(conditions, namespace.status?.conditions)) return namespace
    const next: Namespace = { ...namespace, status: { ...namespace.status, conditions } }
    return client.update('Namespace', next, { subresource: 'status' })
  }

  const finalize = async (namespace: Namespace) => {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== 'kubernetes')
    const next: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } }
    await client.update('Namespace', next, { subresource: 'finalize' })
  }

  caches.of('Namespace').onChange(({ current, previous }) => {
    if (current?.metadata.deletionTimestamp === undefined) return
    // What the controller has written itself is no reason to look again.
    if (previous?.metadata.deletionTimestamp === undefined) queue.add(current.metadata.name)
  })
  for (const kind of caches.kinds) {
    if (!KINDS[kind].namespaced) continue
    caches.of(kind).onChange(({ current, previous }) => {
      const { namespace } = (current ?? previous)?.metadata ?? {}
      if (namespace === undefined || !isTerminating(namespace)) return
      if (isNews(current, previous)) queue.addAfter(namespace, BATCH_MS)
    })
  }
  return { stop: () => queue.stop() }
}

/** It is gone, or fewer or others are to finish with it, as the conditions tell; or it came although nothing should. */
function isNews(current: ApiObject | undefined, previous: ApiObject | undefined): boolean {
  if (current === undefined || previous === undefined) return true
  return current.metadata.finalizers?.join() !== previous.metadata.finalizers?.join()
}

/** Deletes everything in the namespace; what is there still, waits for its finalizers or its grace period. */
async function deleteContent(
  client: Client,
  namespace: string,
): Promise<{ readonly remains: readonly Remains[]; readonly errors: readonly ApiError[] }> {
  const remains: Remains[] = []
  const errors: ApiError[] = []
  for (const kind of ORDER) {
    const { namespaced, plural, apiVersion } = KINDS[kind]
    if (!namespaced) continue
    try {
      const objects = await deleteAll(client, kind, namespace)
      const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0] ?? ''}` : '.'
      if (objects.length > 0) remains.push({ resource: `${plural}${group}`, objects })
    } catch (error) {
      // One kind that cannot be deleted does not keep the others.
      if (!(error instanceof ApiError)) throw error
      errors.push(error)
    }
  }
  return { remains, errors }
}

/** Returns what is left. Where all of it is being deleted already, nothing is asked but for the list. */
async function deleteAll(
  client: Client,
  kind: Kind,
  namespace: string,
): Promise<readonly ApiObject[]> {
  const { items } = await client.list(kind, { namespace })
  if (items.every(({ metadata }) => metadata.deletionTimestamp !== undefined)) return items
  await client.deleteCollection(kind, { namespace })
  return (await client.list(kind, { namespace })).items
}
