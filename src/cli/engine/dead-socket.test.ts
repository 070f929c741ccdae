import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeDeadSocket } from './dead-socket.ts'

test('a socket whose process was killed goes, one that answers stays', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'dead-socket-'))
  const dead = join(directory, 'dead')
  const script = `require('net').createServer().listen(${JSON.stringify(dead)}, () => console.log('up'))`
  const child = spawn(process.execPath, ['-e', script])
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(dead)).toBe(true)
  await removeDeadSocket(dead)
  expect(existsSync(dead)).toBe(false)
  await removeDeadSocket(dead)

  const alive = join(directory, 'alive')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(alive, resolve))
  await removeDeadSocket(alive)
  expect(existsSync(alive)).toBe(true)
  server.close()
  rmSync(directory, { recursive: true })
})
