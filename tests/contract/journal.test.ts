import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '../../src/store/store.ts'
import { openJournal } from '../../src/world/live/journal.ts'
import { seededRandom } from '../../src/world/random.ts'
import { newVirtualClock } from '../../src/world/virtual-clock.ts'

const WRITER = new URL('../support/journal-writer.ts', import.meta.url).pathname

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hitless-kill-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('every write that was acknowledged before a SIGKILL is there afterwards, life after life', async () => {
  const path = join(directory, 'state.db')
  const acknowledged: Acknowledged = { last: 0, present: new Map(), gone: new Set() }
  for (const [life, lines] of [50, 401].entries()) {
    note(await writeAndKill(path, { seed: String(life), lines }), acknowledged)
    const journal = openJournal(path)
    const store = new Store({ clock: newVirtualClock(), random: seededRandom(1), journal })
    // The last write was under way: it may be stored without its answer coming through.
    const underWay = Number(store.version) - acknowledged.last
    expect(underWay).toBeOneOf([0, 1])
    const missing = [...acknowledged.present.keys()].filter(
      (name) => !store.has('ConfigMap', { name }),
    )
    expect(missing.length).toBeLessThanOrEqual(underWay)
    for (const name of missing) acknowledged.present.delete(name)
    for (const [name, version] of acknowledged.present) {
      const { resourceVersion } = store.get('ConfigMap', { name }).metadata
      expect(Number(resourceVersion)).toBeGreaterThanOrEqual(version)
    }
    for (const name of acknowledged.gone) expect(store.has('ConfigMap', { name })).toBe(false)
    acknowledged.last = Number(store.version)
    journal.close()
  }
}, 60_000)

test('a process that has it open is named to the next', async () => {
  const path = join(directory, 'state.db')
  const writer = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => writer.stdout.once('data', resolve))
  expect(() => openJournal(path)).toThrow(
    expect.objectContaining({
      code: 'data-in-use',
      message: expect.stringContaining(`${path} is in use by process ${String(writer.pid)}`),
    }),
  )
  const ended = new Promise((resolve) => writer.once('close', resolve))
  writer.kill('SIGKILL')
  writer.stdout.resume()
  await ended
  openJournal(path).close()
}, 30_000)

interface Acknowledged {
  last: number
  readonly present: Map<string, number>
  readonly gone: Set<string>
}

/** What the writer has said when it is killed, which is as soon as so many lines have come. */
async function writeAndKill(
  path: string,
  { seed, lines }: { readonly seed: string; readonly lines: number },
): Promise<string> {
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const writer = spawn(process.execPath, [WRITER, path, seed], { stdio: [...stdio] })
  let text = ''
  writer.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more
    if (text.split('\n').length > lines) writer.kill('SIGKILL')
  })
  const signal = await new Promise((resolve) => {
    writer.once('close', (_code, endedBy) => resolve(endedBy))
  })
  expect(signal).toBe('SIGKILL')
  return text
}

function note(text: string, acknowledged: Acknowledged): void {
  // The last line may be cut off.
  for (const line of text.slice(0, text.lastIndexOf('\n')).split('\n')) {
    const [what = '', name = '', version = ''] = line.split(' ')
    acknowledged.last = Number(version)
    if (what === 'put') acknowledged.present.set(name, acknowledged.last)
    else {
      acknowledged.present.delete(name)
      acknowledged.gone.add(name)
    }
  }
}
