import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivately } from '../engine/up-directory.ts'

const FILE = 'node-id'

/** Tells the nodes of this data directory from all others, over restarts: one that goes on after a crash waits for nobody. */
export async function nodeIdIn(directory: string): Promise<string> {
  const path = join(directory, FILE)
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (/^[0-9a-f-]{36}$/.test(kept)) return kept
  const made = randomUUID()
  await writePrivately(path, `${made}\n`)
  return made
}
