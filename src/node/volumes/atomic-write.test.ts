import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SimulatedFiles } from '../../simulator/simulated-files.ts'
import type { Files } from '../../world/files.ts'
import { liveFiles } from '../../world/live/files.ts'
import { writeAtomically } from './atomic-write.ts'
import { giveToGroup } from './ownership.ts'
import type { Payload } from './payload.ts'

const WALL_MS = Date.UTC(2026, 10, 21, 15, 4, 5)
const FIRST = '..2026_11_21_15_04_05.1'
const SECOND = '..2026_11_21_15_04_05.2'

const payload = (texts: Readonly<Record<string, string>>, mode = 0o640): Payload =>
  new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      { bytes: new TextEncoder().encode(text), mode },
    ]),
  )

let live = ''
beforeAll(() => {
  live = mkdtempSync(join(tmpdir(), 'hitless-volume-'))
})
afterAll(() => rmSync(live, { recursive: true }))

describe.each<[string, () => { readonly files: Files; readonly root: string }]>([
  ['simulated', () => ({ files: new SimulatedFiles(), root: '' })],
  ['live', () => ({ files: liveFiles(), root: live })],
])('on %s files', (_, open) => {
  async function start(name: string) {
    const { files, root } = open()
    const directory = `${root}/${name}`
    await files.makeDirectory(directory)
    const names = async () => (await files.list(directory)).map((entry) => entry.name)
    const write = (given: Payload, prepare: (at: string) => Promise<void> = async () => {}) =>
      writeAtomically(given, { files, directory, wallMs: WALL_MS, prepare })
    return { files, directory, names, write }
  }

  test('files are shown through links into a directory of their time', async () => {
    const { files, directory, names, write } = await start('first')
    await write(payload({ a: '1', 'sub/deep/b': '2', 'sub/c': '3' }))
    expect(await names()).toEqual([FIRST, '..data', 'a', 'sub'])
    expect(await files.readLink(`${directory}/..data`)).toBe(FIRST)
    expect(await files.readLink(`${directory}/a`)).toBe('..data/a')
    expect(await files.readLink(`${directory}/sub`)).toBe('..data/sub')
    expect(await files.readText(`${directory}/sub/deep/b`)).toBe('2')
    const status = await files.statusOf(`${directory}/a`, { followLinks: true })
    expect(status).toEqual({ type: 'file', mode: 0o640 })
  })

  test('a change exchanges the directory, adds what is new and removes what has gone', async () => {
    const { files, directory, names, write } = await start('change')
    await write(payload({ a: '1', b: '1', 'sub/c': '1', 'sub/d': '1' }))
    await write(payload({ a: '2', e: '2', 'sub/d': '2' }))
    expect(await names()).toEqual([SECOND, '..data', 'a', 'e', 'sub'])
    expect(await files.readText(`${directory}/a`)).toBe('2')
    expect((await files.list(`${directory}/sub`)).map(({ name }) => name)).toEqual(['d'])
    await write(payload({}))
    expect(await names()).toEqual([FIRST, '..data'])
  })

  test('what is there already is not written again, whatever its mode', async () => {
    const { names, write } = await start('same')
    await write(payload({ a: '1', 'sub/b': '1' }))
    await write(payload({ a: '1', 'sub/b': '1' }, 0o600))
    expect(await names()).toEqual([FIRST, '..data', 'a', 'sub'])
  })

  test('nobody sees a new file before it is prepared, and a half write is taken over', async () => {
    const { files, directory, names, write } = await start('half')
    await write(payload({ a: '1' }))
    const failing = write(payload({ a: '2' }), async (at) => {
      expect(await files.readText(`${at}/a`)).toBe('2')
      expect(await files.readText(`${directory}/a`)).toBe('1')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await files.readText(`${directory}/a`)).toBe('1')
    await files.makeLink(`${directory}/..data_tmp`, 'nowhere')
    await write(payload({ a: '3' }))
    expect(await files.readText(`${directory}/a`)).toBe('3')
    expect(await names()).not.toContain('..data_tmp')
  })

  test('the group of the pod may read, and enter directories', async () => {
    const { files, directory, write } = await start('group')
    const give = () => giveToGroup(files, directory, { gid: 2_000, readOnly: true })
    await write(payload({ 'sub/a': '1' }, 0o400), give)
    const modeOf = async (path: string) =>
      (await files.statusOf(`${directory}/${path}`, { followLinks: true }))?.mode
    expect(await modeOf('sub/a')).toBe(0o440)
    expect(((await modeOf('sub')) ?? 0) & 0o2050).toBe(0o2050)
  })
})

test.each([
  ["invalid path: must not contain '..': a/../b", 'a/../b'],
  ["invalid path: must not start with '..': ..a", '..a'],
  ['invalid path: must be relative path: /a', '/a'],
  ['invalid path: must not be empty: ""', ''],
  ['invalid path: filenames must be less than or equal to 255 characters', 'x'.repeat(256)],
])('%s', async (message, path) => {
  const write = writeAtomically(payload({ [path]: '' }), {
    files: new SimulatedFiles(),
    directory: '/volume',
    wallMs: WALL_MS,
    prepare: async () => {},
  })
  await expect(write).rejects.toThrow(message)
})
