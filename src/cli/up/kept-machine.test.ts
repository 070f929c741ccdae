import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keepMachine, readKeptMachine } from './kept-machine.ts'

const MAPPING = { pattern: 'app:*', command: ['node', 'a.mjs'], env: { a: 'b' }, workingDir: '/w' }
const KEPT = {
  nodes: ['hitless', 'hitless-2'],
  files: ['/w/hitless.yaml'],
  settings: { images: [MAPPING], hostServices: [5432] },
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

test('what a run keeps is what the next one reads, and nobody else', async () => {
  const directory = newDirectory()
  expect(await readKeptMachine(directory)).toBeUndefined()
  await keepMachine(directory, KEPT)
  expect(await readKeptMachine(directory)).toEqual(KEPT)
  expect(statSync(join(directory, 'machine.json')).mode & 0o777).toBe(0o600)
})

const { settings, ...others } = KEPT
const WRITTEN = { ...others, ...settings }

test.each([
  ['cut off', JSON.stringify(WRITTEN).slice(0, 50)],
  ['a list', '[]'],
  ['with a node that has no name', JSON.stringify({ ...WRITTEN, nodes: [1] })],
  ['with a port that is none', JSON.stringify({ ...WRITTEN, hostServices: [0] })],
  [
    'with a command that is none',
    JSON.stringify({ ...WRITTEN, images: [{ ...MAPPING, command: 'a' }] }),
  ],
  [
    'with a variable that is no text',
    JSON.stringify({ ...WRITTEN, images: [{ ...MAPPING, env: { a: 1 } }] }),
  ],
])('what is %s counts as not kept', async (_, text) => {
  const directory = newDirectory()
  writeFileSync(join(directory, 'machine.json'), text)
  expect(await readKeptMachine(directory)).toBeUndefined()
})
