import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { liveFiles } from './files.ts'

function newPipe(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pipe-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

test('a named pipe is read until its writer is done', async () => {
  const path = newPipe()
  const reading = liveFiles().readText(path)
  const text = 'line\n'.repeat(100_000)
  await writeFile(path, text)
  expect(await reading).toBe(text)
})

test('one that nobody writes to is given up, before or while it is waited for', async () => {
  const path = newPipe()
  const giveUp = new AbortController()
  const reading = liveFiles().readText(path, { signal: giveUp.signal })
  setImmediate(() => giveUp.abort())
  await expect(reading).rejects.toThrow('interrupted')
  await expect(liveFiles().readText(path, { signal: giveUp.signal })).rejects.toThrow('interrupted')
})

test('a file is read with a signal as without one', async () => {
  const path = `${newPipe()}.txt`
  await writeFile(path, 'text')
  const { signal } = new AbortController()
  expect(await liveFiles().readText(path, { signal })).toBe('text')
})
