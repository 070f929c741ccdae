import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveFiles } from './files.ts'

const files = liveFiles()
let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hitless-files-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

test('text is written, read whole or from its start, and removed', async () => {
  const path = join(directory, 'text')
  await files.writeText(path, 'grün', { mode: 0o600 })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await files.writeText(path, 'größer')
  expect(await files.readText(path)).toBe('größer')
  expect(await files.readText(path, { bytesMax: 2 })).toBe('gr')
  expect(await files.readText('/proc/self/stat', { bytesMax: 4 })).toHaveLength(4)
  // More than one page of the kernel's: this program's own mappings of memory.
  expect(await files.readText('/proc/self/maps', { bytesMax: 9_000 })).toHaveLength(9_000)
  expect([...(await files.readBytes(path))].slice(0, 2)).toEqual([103, 114])
  await files.remove(path)
  await files.remove(path)
  await expect(files.readText(path)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('directories are made, listed by code unit, told apart and removed with all in them', async () => {
  const path = join(directory, 'a', 'deep')
  await files.makeDirectory(path)
  await files.makeDirectory(path)
  for (const name of ['b', 'B', 'ä', '10', '9']) await files.writeText(join(path, name), name)
  await files.makeDirectory(join(path, 'c'))
  expect(await files.list(path)).toEqual(
    ['10', '9', 'B', 'b', 'c', 'ä'].map((name) => ({ name, isDirectory: name === 'c' })),
  )
  symlinkSync(path, join(directory, 'link'))
  expect(await files.kindOf(join(directory, 'link'))).toBe('directory')
  expect(await files.kindOf(join(path, 'b'))).toBe('file')
  expect(await files.kindOf(join(path, 'b', 'x'))).toBe('missing')
  await files.remove(join(directory, 'a'))
  expect(await files.kindOf(path)).toBe('missing')
})

test('a directory that the file system refuses is told at once', async () => {
  await expect(files.makeDirectory('/proc/hitless/deep')).rejects.toMatchObject({ code: 'ENOENT' })
  const file = join(directory, 'plain')
  await files.writeText(file, '')
  await expect(files.makeDirectory(file)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(files.makeDirectory(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

test('a pipe in a directory is not listed, so that nobody waits for its writer', async () => {
  const path = join(directory, 'pipes')
  await files.makeDirectory(path)
  execFileSync('mkfifo', [join(path, 'pipe.yaml')])
  await files.writeText(join(path, 'file.yaml'), '')
  expect(await files.list(path)).toEqual([{ name: 'file.yaml', isDirectory: false }])
})

test('what is appended is there in order when close resolves, and bytes may be used again', async () => {
  const path = join(directory, 'log')
  const bytes = new Uint8Array(1)
  for (const start of [0, 5_000]) {
    const log = files.openAppend(path)
    for (let line = start; line < start + 5_000; line++) {
      log.append(`${line}`)
      bytes[0] = 10
      log.append(bytes)
      bytes[0] = 33
    }
    await log.close()
  }
  const expected = Array.from({ length: 10_000 }, (_, line) => `${line}\n`).join('')
  expect(await files.readText(path)).toBe(expected)
})

test('what is appended at once is there when append returns', async () => {
  const path = join(directory, 'at-once')
  const log = files.openAppend(path, { atOnce: true })
  log.append('one\n')
  expect(readFileSync(path, 'utf8')).toBe('one\n')
  log.append('two\n')
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
  await log.close()
})

test.each([
  ['a directory that cannot be made', '/dev/null/logs/log', false, 'ENOTDIR'],
  ['a disk that is full', '/dev/full', false, 'ENOSPC'],
  ['a disk that is full, at once', '/dev/full', true, 'ENOSPC'],
])('%s is told by close', async (_, path, atOnce, code) => {
  const log = files.openAppend(path, { atOnce })
  log.append('text')
  log.append('more')
  await expect(log.close()).rejects.toMatchObject({ code })
})

test('parts of a file are decompressed, one behind the other', async () => {
  const [path, to] = [join(directory, 'packed'), join(directory, 'plain')]
  const [first, second] = [gzipSync('one '), zstdCompressSync('two')]
  await files.writeBytes(path, Buffer.concat([first, second]))
  const size = first.length
  await files.appendDecompressed({ path, offset: 0, size, format: 'gzip' }, to)
  const zstd = { path, offset: size, size: second.length, format: 'zstd' } as const
  await files.appendDecompressed(zstd, to)
  expect(await files.readText(to)).toBe('one two')
  await expect(files.appendDecompressed({ ...zstd, offset: 0 }, to)).rejects.toThrow()
})
