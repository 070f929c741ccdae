import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { makeTemporaryDirectory } from './temporary-directory.ts'

function newParent(): string {
  const parent = mkdtempSync(join(tmpdir(), 'parent-'))
  vi.stubEnv('TMPDIR', parent)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(parent, { recursive: true })
  })
  return parent
}

test('a directory is there until it is removed, and nobody else removes it meanwhile', async () => {
  newParent()
  const first = await makeTemporaryDirectory()
  const second = await makeTemporaryDirectory()
  expect([existsSync(first.path), existsSync(second.path)]).toEqual([true, true])
  first.remove()
  second.remove()
  expect([existsSync(first.path), existsSync(second.path)]).toEqual([false, false])
})

test('what a killed process has left is removed, whatever its process id was', async () => {
  const parent = newParent()
  const left = join(parent, `hitless-up-${process.pid}-left`)
  mkdirSync(left)
  const listen = `require('net').createServer().listen(${JSON.stringify(join(left, 'owner.sock'))}, () => console.log('on'))`
  const owner = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(owner.stdout, 'data')
  const beside = await makeTemporaryDirectory()
  expect(existsSync(left)).toBe(true)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const after = await makeTemporaryDirectory()
  expect(existsSync(left)).toBe(false)
  beside.remove()
  after.remove()
})

test('one that does not say whose it is goes when it is a day old', async () => {
  const parent = newParent()
  const [young, old, other] = ['hitless-up-young', 'hitless-up-old', 'other'].map((name) => {
    const path = join(parent, name)
    mkdirSync(path)
    return path
  })
  const yesterday = Date.now() / 1_000 - 90_000
  for (const path of [old, other]) utimesSync(path ?? '', yesterday, yesterday)
  const made = await makeTemporaryDirectory()
  expect([young, old, other].map((path) => existsSync(path ?? ''))).toEqual([true, false, true])
  made.remove()
})
