import { isApiError } from '../../api/api-error.ts'
import type { ConfigMap } from '../../api/core.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'

const DEFAULT_ACCOUNT = 'default'
const ROOT_AUTHORITY = 'kube-root-ca.crt'

/**
 * Keeps in every namespace what pods take for granted: the ServiceAccount `default`, and a ConfigMap with the
 * authority by which they know the API server.
 * https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
 */
export function startServiceAccountController(context: ControllerContext): Controller {
  const { client, clock, caches, authority } = context
  const queue = newControllerQueue(clock, async (namespace) => {
    const found = caches.of('Namespace').get(namespace)
    if (found === undefined || found.metadata.deletionTimestamp !== undefined) return
    if (caches.of('ServiceAccount').get(`${namespace}/${DEFAULT_ACCOUNT}`) === undefined) {
      const metadata = { name: DEFAULT_ACCOUNT, namespace }
      await ifMissing(
        client.create('ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata }),
      )
    }
    if (authority !== undefined) await publish(namespace, authority)
  })

  const publish = async (namespace: string, certificate: string) => {
    const wanted: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: ROOT_AUTHORITY, namespace },
      data: { 'ca.crt': certificate },
    }
    const current = caches.of('ConfigMap').get(`${namespace}/${ROOT_AUTHORITY}`)
    if (current === undefined) {
      await ifMissing(client.create('ConfigMap', wanted))
    } else if (current.data?.['ca.crt'] !== certificate) {
      await client.update('ConfigMap', { ...current, data: wanted.data ?? {} })
    }
  }

  caches.of('Namespace').onChange(({ current }) => {
    if (current !== undefined) queue.add(current.metadata.name)
  })
  // Whoever removes or changes one of them gets it back.
  for (const [kind, name] of [
    ['ServiceAccount', DEFAULT_ACCOUNT],
    ['ConfigMap', ROOT_AUTHORITY],
  ] as const) {
    caches.of(kind).onChange(({ current, previous }) => {
      const { metadata } = current ?? previous ?? { metadata: undefined }
      if (metadata?.name === name && metadata.namespace !== undefined) queue.add(metadata.namespace)
    })
  }
  return { stop: () => queue.stop() }
}

/** The cache may be behind: what is there already is what was wanted. */
async function ifMissing(creation: Promise<unknown>): Promise<void> {
  try {
    await creation
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
