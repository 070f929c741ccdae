import { isApiError } from '../../api/api-error.ts'
import type { Client } from '../../client/client.ts'

/**
 * Nodes of an earlier run that this one does not run: they go, with the pods that were bound to them. Nothing runs these
 * any more, and nobody but us knows that before the pod garbage collector looks.
 */
export async function removeStaleNodes(client: Client, names: ReadonlySet<string>): Promise<void> {
  if (names.size === 0) return
  for (const name of names) await unlessGone(client.delete('Node', { name }))
  const { items } = await client.list('Pod')
  for (const { metadata, spec } of items) {
    if (!names.has(spec.nodeName ?? '')) continue
    const { uid = '' } = metadata
    await unlessGone(
      client.delete('Pod', metadata, { gracePeriodSeconds: 0, preconditions: { uid } }),
    )
  }
}

async function unlessGone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion
  } catch (error) {
    if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error
  }
}
