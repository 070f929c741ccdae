import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveFiles } from '../../world/live/files.ts'
import { checkHostPath } from './host-path.ts'

const files = liveFiles()
let root = ''
let server: Server
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'hitless-host-'))
  mkdirSync(join(root, 'directory'))
  writeFileSync(join(root, 'file'), 'kept')
  server = createServer()
  await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve))
})
afterAll(() => {
  server.close()
  rmSync(root, { recursive: true, force: true })
})

const check = (path: string, type: string) =>
  checkHostPath(files, { path: path.startsWith('/') ? path : join(root, path), type })

// https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
test.each([
  ['none', ''],
  ['directory', 'Directory'],
  ['directory', 'DirectoryOrCreate'],
  ['made/deep', 'DirectoryOrCreate'],
  ['file', 'File'],
  ['file', 'FileOrCreate'],
  ['made-file', 'FileOrCreate'],
  ['socket', 'Socket'],
  ['/dev/null', 'CharDevice'],
])('%s is fine as %j', async (path, type) => {
  await check(path, type)
})

test('what is created is there, and what was there is as it was', async () => {
  expect(await files.kindOf(join(root, 'made/deep'))).toBe('directory')
  expect(await files.readText(join(root, 'made-file'))).toBe('')
  expect(await files.readText(join(root, 'file'))).toBe('kept')
})

test.each([
  ['hostPath type check failed: ROOT/none is not a directory', 'none', 'Directory'],
  ['hostPath type check failed: ROOT/file is not a directory', 'file', 'DirectoryOrCreate'],
  ['hostPath type check failed: ROOT/directory is not a file', 'directory', 'File'],
  ['hostPath type check failed: ROOT/directory is not a file', 'directory', 'FileOrCreate'],
  ['hostPath type check failed: ROOT/file is not a socket file', 'file', 'Socket'],
  ['hostPath type check failed: ROOT/file is not a character device', 'file', 'CharDevice'],
  ['hostPath type check failed: /dev/null is not a block device', '/dev/null', 'BlockDevice'],
  ['open ROOT/none/file: no such file or directory', 'none/file', 'FileOrCreate'],
  ['mkdir ROOT/file/deep: not a directory', 'file/deep', 'DirectoryOrCreate'],
  ['Other is an invalid volume type', 'file', 'Other'],
  ["invalid HostPath `/a/../b`: must not contain '..'", '/a/../b', ''],
])('%s', async (message, path, type) => {
  await expect(check(path, type)).rejects.toThrow(message.replace('ROOT', root))
})
