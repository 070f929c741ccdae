import { formatLocation } from '../base/finding.ts'
import { HitlessError } from '../base/error.ts'
import { ApiError, isApiError } from '../api/api-error.ts'
import type { ApiObject } from '../api/meta.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Client, ObjectName } from '../client/client.ts'

/** Creates the objects, or brings those that are there to the wanted state; Namespaces first. */
export async function applyObjects(
  client: Client,
  objects: readonly SourcedObject[],
): Promise<void> {
  const namespacesFirst = [...objects].sort(
    (a, b) => Number(b.object.kind === 'Namespace') - Number(a.object.kind === 'Namespace'),
  )
  for (const sourced of namespacesFirst) {
    try {
      await applyObject(client, sourced.object)
    } catch (error) {
      throw rejected(sourced, error)
    }
  }
}

/** The client as it is for an object whose kind only its own `kind` tells. */
interface UntypedClient {
  get(kind: string, name: ObjectName): Promise<ApiObject>
  update(kind: string, object: ApiObject): Promise<ApiObject>
  create(kind: string, object: ApiObject): Promise<ApiObject>
}

async function applyObject(client: UntypedClient, object: ApiObject): Promise<void> {
  const { name, namespace } = object.metadata
  try {
    const current = await client.get(object.kind, {
      name,
      ...(namespace === undefined ? {} : { namespace }),
    })
    await client.update(object.kind, onTopOf(current, object))
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    await client.create(object.kind, object)
  }
}

/** The wanted object with what only the server and the controllers have written. */
function onTopOf(current: ApiObject, wanted: ApiObject): ApiObject {
  const metadata = {
    ...current.metadata,
    ...wanted.metadata,
    labels: { ...current.metadata.labels, ...wanted.metadata.labels },
    annotations: { ...current.metadata.annotations, ...wanted.metadata.annotations },
  }
  return { ...current, ...wanted, metadata }
}

function rejected(sourced: SourcedObject, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error
  const location = locate(sourced, '')
  const { kind, metadata } = sourced.object
  return new HitlessError('api-rejected', error.message, {
    exitCode: 2,
    hint:
      location === undefined
        ? `Kubernetes would refuse this ${kind} too.`
        : `Kubernetes would refuse it too: ${kind} ${metadata.name} at ${formatLocation(location)}.`,
    cause: error,
  })
}
