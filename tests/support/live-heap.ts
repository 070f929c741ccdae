import { mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HOOK = new URL('live-heap-hook.ts', import.meta.url).href
const ANSWER_MS_MAX = 30_000

/** Asks processes of Node, which are started with `env`, for what is alive in their heaps once garbage is collected. */
export interface LiveHeap {
  readonly env: Readonly<Record<string, string>>
  /** Of those of `ids` that run Node, together. */
  bytes(ids: readonly number[]): Promise<number>
  close(): void
}

export function openLiveHeap(): LiveHeap {
  const directory = mkdtempSync(join(tmpdir(), 'live-heap-'))
  return {
    env: { NODE_OPTIONS: `--import ${HOOK}`, LIVE_HEAP_DIRECTORY: directory },
    async bytes(ids) {
      const asked = ids.filter(isNode)
      for (const id of asked) process.kill(id, 'SIGUSR2')
      const endsAt = performance.now() + ANSWER_MS_MAX
      for (;;) {
        const answers = readdirSync(directory).filter((name) => !name.endsWith('.part'))
        if (answers.length === asked.length) return takeSum(directory, answers)
        if (performance.now() > endsAt) throw new Error(`${answers.length} of ${asked.length} told`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    close: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function isNode(id: number): boolean {
  try {
    return readlinkSync(`/proc/${id}/exe`) === realpathSync(process.execPath)
  } catch {
    return false
  }
}

function takeSum(directory: string, names: readonly string[]): number {
  let sum = 0
  for (const name of names) {
    const path = join(directory, name)
    sum += Number(readFileSync(path, 'utf8'))
    rmSync(path)
  }
  return sum
}
