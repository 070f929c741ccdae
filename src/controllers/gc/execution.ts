import { isApiError } from '../../api/api-error.ts'
import { isKindName, type ObjectOf } from '../../api/kinds.ts'
import type { ApiObject } from '../../api/meta.ts'
import { invariant } from '../../base/invariant.ts'
import type { Client, DeleteOptions } from '../../client/client.ts'
import type { CachedKind } from '../caches.ts'
import type { CollectAction } from './reconcile.ts'

/** Carries out one pass; `enqueue` looks at another object. Rejects with ApiError at the first failure. */
export async function executeCollection(
  client: Client,
  actions: readonly CollectAction[],
  enqueue: (object: ApiObject) => void,
): Promise<void> {
  /** Versions that this pass has written itself, by uid: its next write follows on them. */
  const written = new Map<string, ApiObject>()
  for (const action of actions) {
    const object = written.get(action.object.metadata.uid ?? '') ?? action.object
    try {
      switch (action.type) {
        case 'enqueue':
          enqueue(object)
          break
        case 'update': {
          const kind = kindOf(action.object)
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kindOf has looked at its kind
          const next = await client.update(kind, action.object as ObjectOf<CachedKind>)
          written.set(next.metadata.uid ?? '', next)
          break
        }
        case 'delete':
          await client.delete(kindOf(object), object.metadata, {
            propagationPolicy: action.policy,
            preconditions: sameVersion(object),
          })
          break
      }
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }
}

/** Whoever adopted the object meanwhile has changed it: then it is no garbage any more. */
function sameVersion({ metadata }: ApiObject): NonNullable<DeleteOptions['preconditions']> {
  const { uid, resourceVersion } = metadata
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  }
}

function kindOf({ kind }: ApiObject): CachedKind {
  invariant(isKindName(kind) && kind !== 'Event', `the garbage collector has no cache of ${kind}`)
  return kind
}
