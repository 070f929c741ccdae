import { closeSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { forgetHolder, holderFile, parseHolder, type Holder } from './sandbox-holder.ts'

/** Tells the inner process which process holds the namespaces that it is in. */
const HOLDER = 'HITLESS_HOLDER'
/** … and that it has not been told yet to live on. */
const IS_NEW = 'HITLESS_HOLDER_NEW'

/** Where the inner process finds `Holder.keep`. */
export const KEEP_DESCRIPTOR = 5

export function holderVariables({ record, keep }: Holder): Readonly<Record<string, string>> {
  return { [HOLDER]: JSON.stringify(record), [IS_NEW]: keep === undefined ? '' : 'yes' }
}

/** Inside: whether what runs here is to outlive this process. */
export function isKeptHere(): boolean {
  return process.env[HOLDER] !== undefined
}

/**
 * Inside, by the one process that has the data: from now on the next run finds these namespaces. Returns what ends that, for a
 * clean end.
 */
export function keepSandbox(directory: string): () => Promise<void> {
  const record = parseHolder(process.env[HOLDER] ?? '')
  if (record === undefined) return async () => undefined
  const path = holderFile(directory)
  const draft = `${path}.new`
  writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 })
  renameSync(draft, path)
  if (process.env[IS_NEW] === 'yes') {
    writeSync(KEEP_DESCRIPTOR, 'keep\n')
    closeSync(KEEP_DESCRIPTOR)
  }
  return async () => forgetHolder(directory)
}
