import { formatLocation } from '../base/finding.ts'
import { HitlessError } from '../base/error.ts'
import { ApiError, isApiError } from '../api/api-error.ts'
import { KINDS, type Kind, type ObjectOf } from '../api/kinds.ts'
import type { ApiObject } from '../api/meta.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Client } from '../client/client.ts'

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

async function applyObject(client: Client, object: ApiObject): Promise<void> {
  const kind = object.kind as Kind
  const { name, namespace } = object.metadata
  try {
    const current = await client.get(kind, {
      name,
      ...(namespace === undefined ? {} : { namespace }),
    })
    await client.update(kind, {
      ...object,
      metadata: { ...current.metadata, ...object.metadata },
      ...('status' in current ? { status: current.status } : {}),
    } as ObjectOf<typeof kind>)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    await client.create(kind, object as ObjectOf<typeof kind>)
  }
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
        : `Kubernetes would refuse it too: ${KINDS[kind as Kind].plural}/${metadata.name} at ${formatLocation(location)}.`,
    cause: error,
  })
}
