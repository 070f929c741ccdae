import { closeSync, openSync, writeSync, writev, type Stats } from 'node:fs'
import {
  chmod,
  lchown,
  lstat,
  lutimes,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Appender, Files, FileStatus } from '../files.ts'
import { appendDecompressed } from './decompress.ts'
import { errnoOf } from './errno.ts'
import { makeDirectories } from './make-directories.ts'
import { readPipe } from './pipe-text.ts'

/** The operating system's files, as the current user. */
export function liveFiles(): Files {
  return {
    readText: (path, { bytesMax, signal } = {}) =>
      bytesMax === undefined ? readWhole(path, signal) : readStart(path, bytesMax),
    readBytes: (path) => readFile(path),
    readRange,
    sizeOf: async (path) => (await stat(path)).size,
    // The unit of st_blocks, whatever the file system's own blocks are.
    allocatedSizeOf: async (path) => (await lstat(path)).blocks * 512,
    writeText: (path, text, options) => writeFile(path, text, options ?? {}),
    writeBytes: (path, bytes) => writeFile(path, bytes),
    openAppend: (path, options) => new LiveAppender(path, options),
    appendDecompressed,
    makeDirectory: async (path) => makeDirectories(path),
    list: listDirectory,
    kindOf,
    statusOf,
    changeMode: (path, mode) => chmod(path, mode),
    changeOwner: (path, { uid = UNCHANGED, gid = UNCHANGED }) => lchown(path, uid, gid),
    changeTime: (path, modifiedMs) => lutimes(path, modifiedMs / 1_000, modifiedMs / 1_000),
    makeLink: (path, target) => symlink(target, path),
    readLink: (path) => readlink(path),
    realPath: (path) => realpath(path),
    rename: (from, to) => rename(from, to),
    remove: (path) => rm(path, { recursive: true, force: true }),
  }
}

async function readWhole(path: string, signal: AbortSignal | undefined): Promise<string> {
  // Only then: most paths are files.
  const isPipe = (await stat(path)).isFIFO()
  const text = isPipe ? await readPipe(path, signal) : undefined
  return text ?? readFile(path, { encoding: 'utf8', ...(signal === undefined ? {} : { signal }) })
}

/** The kernel hands out a table of /proc by pages, however much is asked for: until it is full, or there is no more. */
async function readStart(path: string, bytesMax: number): Promise<string> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(bytesMax)
    let length = 0
    while (length < bytesMax) {
      const { bytesRead } = await file.read(buffer, length, bytesMax - length, null)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return buffer.toString('utf8', 0, length)
  } finally {
    await file.close()
  }
}

function readRange(
  path: string,
  { offset, bytesMax }: { readonly offset: number; readonly bytesMax: number },
): Promise<Uint8Array> {
  return readAt(path, offset, bytesMax)
}

async function readAt(path: string, offset: number, bytesMax: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytesMax), 0, bytesMax, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function listDirectory(path: string) {
  const entries = await readdir(path, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Symbolic links are followed; what is neither file nor directory (a socket, a device) counts as a file. */
async function kindOf(path: string): Promise<'file' | 'directory' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file'
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
    throw error
  }
}

/** chown(2): `If the owner or group is specified as -1, then that ID is not changed`. */
const UNCHANGED = -1

const PERMISSION_BITS = 0o7777

async function statusOf(
  path: string,
  { followLinks }: { readonly followLinks: boolean },
): Promise<FileStatus | undefined> {
  try {
    const stats = await (followLinks ? stat(path) : lstat(path))
    return { type: typeOf(stats), mode: stats.mode & PERMISSION_BITS }
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function typeOf(stats: Stats): FileStatus['type'] {
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'link'
  if (stats.isSocket()) return 'socket'
  if (stats.isFIFO()) return 'pipe'
  if (stats.isCharacterDevice()) return 'character-device'
  return stats.isBlockDevice() ? 'block-device' : 'file'
}

/** More than this waiting for the disk is given up: memory stays bounded and `close` rejects. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

/** One write to the file is under way at a time; what is appended meanwhile goes together in the next. */
class LiveAppender implements Appender {
  readonly #atOnce: boolean
  readonly #onError: (error: unknown) => void
  #fileDescriptor: number | undefined
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #writing = false
  #error: unknown
  #onIdle: (() => void) | undefined

  /** A file that cannot be opened is told by `close`, as a write that failed is. */
  constructor(path: string, options: Parameters<Files['openAppend']>[1] = {}) {
    this.#atOnce = options.atOnce ?? false
    this.#onError = options.onError ?? (() => undefined)
    try {
      makeDirectories(dirname(path))
      this.#fileDescriptor = openSync(path, 'a')
    } catch (error) {
      this.#fail(error)
    }
  }

  append(chunk: string | Uint8Array): void {
    if (this.#error !== undefined || this.#fileDescriptor === undefined) return
    if (this.#atOnce) return this.#writeNow(this.#fileDescriptor, Buffer.from(chunk))
    if (this.#waitingBytes > WAITING_BYTES_MAX) {
      const error = new Error('the disk is too slow for what is written to it')
      return this.#fail(Object.assign(error, { code: 'ENOBUFS' }))
    }
    // Copied: the caller may use its bytes again.
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (!this.#writing) this.#writeWaiting()
  }

  async close(): Promise<void> {
    if (this.#writing) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    const fileDescriptor = this.#fileDescriptor
    this.#fileDescriptor = undefined
    if (fileDescriptor !== undefined) closeSync(fileDescriptor)
    if (this.#error !== undefined) throw this.#error
  }

  /** The kernel may take less than it is given. */
  #writeNow(fileDescriptor: number, bytes: Buffer): void {
    try {
      for (let offset = 0; offset < bytes.length;) {
        offset += writeSync(fileDescriptor, bytes, offset)
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#error = error
    this.#waiting = []
    this.#waitingBytes = 0
    this.#onError(error)
  }

  #writeWaiting(): void {
    const fileDescriptor = this.#fileDescriptor
    if (fileDescriptor === undefined || this.#waiting.length === 0 || this.#error !== undefined) {
      this.#writing = false
      this.#onIdle?.()
      return
    }
    this.#writing = true
    const batch = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#writeAll(fileDescriptor, batch)
  }

  /** The kernel may take less than it is given; the rest is offered again. */
  #writeAll(fileDescriptor: number, batch: readonly Buffer[]): void {
    writev(fileDescriptor, batch, (error, written) => {
      if (error !== null) this.#fail(error)
      const rest = error === null ? skipBytes(batch, written) : []
      if (rest.length > 0) this.#writeAll(fileDescriptor, rest)
      else this.#writeWaiting()
    })
  }
}

function skipBytes(batch: readonly Buffer[], count: number): Buffer[] {
  const rest: Buffer[] = []
  let skip = count
  for (const chunk of batch) {
    if (skip < chunk.length) rest.push(chunk.subarray(skip))
    skip = Math.max(0, skip - chunk.length)
  }
  return rest
}
