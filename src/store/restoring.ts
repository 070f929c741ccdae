import { isKindName, type Kind } from '../api/kinds.ts'
import { HitlessError } from '../base/error.ts'
import type { JournalRecord } from '../world/journal.ts'
import { freezeSharing } from './frozen.ts'
import { asIncoming, isStored, type Stored } from './stored.ts'

/** An object's place in the journal: `Pod/default/web`. */
export function journalKey(kind: Kind, key: string): string {
  return `${kind}/${key}`
}

export interface RestoredObject {
  readonly kind: Kind
  readonly object: Stored
}

/** What an earlier life of the store has written; a journal that says anything else is damaged. */
export function restoreObject({
  key,
  value,
}: Pick<JournalRecord, 'key' | 'value'>): RestoredObject {
  const kind = key.slice(0, key.indexOf('/'))
  const object = parse(value)
  if (!isKindName(kind) || object === undefined) {
    throw new HitlessError(
      'data-damaged',
      `the stored object ${JSON.stringify(key)} cannot be read`,
      {
        exitCode: 3,
        hint: 'Move the data directory away to start anew, or restore it from a copy.',
      },
    )
  }
  return { kind, object }
}

function parse(text: string | undefined): Stored | undefined {
  try {
    const object = asIncoming(freezeSharing(JSON.parse(text ?? '')))
    return isStored(object) ? object : undefined
  } catch {
    return undefined
  }
}
