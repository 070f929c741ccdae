import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from './journal.ts'

let directory = ''
let path = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hitless-journal-'))
  path = join(directory, 'state.db')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('what is committed is there when it is opened again', () => {
  const first = openJournal(path)
  expect([[...first.read()], first.lastVersion()]).toEqual([[], 0])
  first.commit({ key: 'Pod/b', value: '1', version: 1 })
  first.commit({ key: 'Pod/a', value: '2', version: 2 })
  first.commit({ key: 'Pod/b', value: '3', version: 3 })
  first.commit({ key: 'Pod/a', value: undefined, version: 4 })
  first.close()
  const second = openJournal(path)
  expect([...second.read()]).toEqual([{ key: 'Pod/b', value: '3' }])
  expect(second.lastVersion()).toBe(4)
  second.close()
})

test('texts of every kind come back as they were', () => {
  const values = ['', 'é💥\u0000\u2028', 'x'.repeat(3_000_000)]
  const journal = openJournal(path)
  for (const [index, value] of values.entries()) {
    journal.commit({ key: `a/${index}`, value, version: index + 1 })
  }
  journal.close()
  const again = openJournal(path)
  expect([...again.read()].map(({ value }) => value)).toEqual(values)
  again.close()
})

test('a process in a PID namespace of its own is named as others see it', () => {
  const first = openJournal(path, { owner: 4_711 })
  expect(() => openJournal(path)).toThrow(`${path} is in use by process 4711`)
  first.close()
})

test('a second one is told whose it is, and gets it when that one has closed it', () => {
  const first = openJournal(path)
  expect(() => openJournal(path)).toThrow(
    expect.objectContaining({
      code: 'data-in-use',
      message: expect.stringContaining(`${path} is in use by process ${process.pid}`),
    }),
  )
  first.commit({ key: 'a', value: '1', version: 1 })
  first.close()
  first.close()
  openJournal(path).close()
})

test.each(['', '0\n', '47', 'x\n'])(
  'where the file that names it has %j, it is another process, and none is to be killed',
  (text) => {
    const first = openJournal(path)
    writeFileSync(`${path}.pid`, text)
    expect(() => openJournal(path)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`${path} is in use by another process`),
        hint: expect.not.stringContaining('kill'),
      }),
    )
    first.close()
  },
)

test('only its owner may read it', () => {
  openJournal(path).close()
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test.each([
  ['no database', () => writeFileSync(path, 'x'.repeat(5_000)), 'data-damaged'],
  ['the database of another program', () => foreignDatabase(), 'data-foreign'],
  ['one of a newer hitless', () => newerDatabase(), 'data-newer'],
  ['a directory', () => mkdirSync(path), 'data-unwritable'],
])('%s is refused', (_, make, code) => {
  make()
  expect(() => openJournal(path)).toThrow(expect.objectContaining({ code }))
})

test('a page that was overwritten is found when the journal is read', () => {
  const journal = openJournal(path)
  for (let version = 1; version <= 200; version++) {
    journal.commit({ key: `a/${version}`, value: 'x'.repeat(1_000), version })
  }
  journal.close()
  const file = openSync(path, 'r+')
  writeSync(file, 'Z'.repeat(8_192), 4 * 4_096)
  closeSync(file)
  const damaged = openJournal(path)
  expect(() => [...damaged.read()]).toThrow(expect.objectContaining({ code: 'data-damaged' }))
  damaged.close()
})

test('a commit that there is no room for changes nothing', () => {
  const journal = openJournal(path, { bytesMax: 100_000 })
  journal.commit({ key: 'a', value: '1', version: 1 })
  const large = { key: 'b', value: 'x'.repeat(200_000), version: 2 }
  expect(() => journal.commit(large)).toThrow('full')
  expect([[...journal.read()], journal.lastVersion()]).toEqual([[{ key: 'a', value: '1' }], 1])
  journal.commit({ key: 'a', value: '2', version: 2 })
  expect([...journal.read()]).toEqual([{ key: 'a', value: '2' }])
  journal.close()
})

function foreignDatabase(): void {
  const database = new DatabaseSync(path)
  database.exec('CREATE TABLE a (b)')
  database.close()
}

function newerDatabase(): void {
  openJournal(path).close()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 2')
  database.close()
}
