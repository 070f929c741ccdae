import { definitionOf } from '../api/kinds.ts'
import { keepTimes, managedAfterUpdate, type Manager } from '../api/managed-fields.ts'
import type { ApiObject, ManagedFieldsEntry } from '../api/meta.ts'
import type { ManagerName, WriteOptions } from './request.ts'
import { asIncoming, type Incoming, type Stored } from './stored.ts'

/** Who writes, and through which subresource. */
export function managerOf(
  { name, apiVersion }: ManagerName,
  { subresource }: WriteOptions,
): Manager {
  return { name, apiVersion, ...(subresource === undefined ? {} : { subresource }) }
}

/**
 * Who has which field after `asked`, filled in, has taken the place of `current`. Without a manager nobody
 * gets or loses one.
 */
export function ownersAfter(
  current: Stored | undefined,
  { filled, asked }: { readonly filled: Incoming; readonly asked: Incoming },
  options: WriteOptions,
  time: string,
): readonly ManagedFieldsEntry[] | undefined {
  const { manager } = options
  if (manager === undefined) return current?.metadata.managedFields
  return managedAfterUpdate({
    live: current,
    next: withoutServersPart(filled, asked),
    manager: managerOf(manager, options),
    time,
  })
}

/** `current` itself when nothing but the times of owners differs. */
export function withoutNewTimes(next: Stored, current: Stored): Stored {
  return keepTimes(current, next) === current ? current : next
}

function withoutServersPart(filled: Incoming, asked: Incoming): ApiObject {
  const { ownerlessDefaults = [] } = definitionOf(filled)?.strategy ?? {}
  if (ownerlessDefaults.length === 0 || filled.spec === undefined) return filled
  const said = new Set(Object.keys(asked.spec ?? {}))
  const entries = Object.entries(filled.spec).filter(
    ([name]) => said.has(name) || !ownerlessDefaults.includes(name),
  )
  if (entries.length > 0) return { ...filled, spec: Object.fromEntries(entries) } as Incoming
  const { spec: _none, ...rest } = filled
  return asIncoming(rest)
}
