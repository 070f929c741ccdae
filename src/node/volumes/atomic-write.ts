import { formatTimestamp } from '../../base/timestamp.ts'
import type { Files } from '../../world/files.ts'
import type { Payload } from './payload.ts'
import { cleanPath, hasBackStep, joinPath } from './paths.ts'
import { VolumeError } from './volume-error.ts'

/** What is shown: a link to the directory with the files, which is another one after each change. */
const DATA = '..data'
const NEW_DATA = '..data_tmp'
const NAME_LENGTH_MAX = 255

export interface AtomicWrite {
  readonly files: Files
  readonly directory: string
  readonly wallMs: number
  /** Before anybody sees the new files; `directory` is where they are. */
  readonly prepare: (directory: string) => Promise<void>
}

/**
 * Makes a directory show a payload, all of it at one moment, as the kubelet does: the files lie in a directory named for
 * the time, `..data` is a link to it that is exchanged, and a link into `..data` stands for each file or directory at
 * the top. Programs that watch such a volume rely on these names. Nothing is written where nothing differs.
 */
export async function writeAtomically(payload: Payload, write: AtomicWrite): Promise<void> {
  const { files, directory } = write
  const wanted = cleaned(payload)
  const data = joinPath(directory, DATA)
  const old = await currentDirectory(files, data)
  const oldPaths = old === undefined ? [] : await pathsIn(files, joinPath(directory, old))
  if (old === undefined || (await differs(files, joinPath(directory, old), wanted, oldPaths))) {
    const name = await newDirectory(write)
    const path = joinPath(directory, name)
    for (const [file, { bytes, mode }] of wanted) {
      const at = joinPath(path, file)
      await files.makeDirectory(at.slice(0, at.lastIndexOf('/')))
      await files.writeBytes(at, bytes)
      await files.changeMode(at, mode)
    }
    await write.prepare(path)
    // Left by a write that was interrupted.
    await files.remove(joinPath(directory, NEW_DATA))
    await files.makeLink(joinPath(directory, NEW_DATA), name)
    await files.rename(joinPath(directory, NEW_DATA), data)
  }
  await showNames(write, wanted, oldPaths)
  const current = await currentDirectory(files, data)
  if (old !== undefined && old !== current) await files.remove(joinPath(directory, old))
}

function cleaned(payload: Payload): Payload {
  for (const path of payload.keys()) {
    const names = path.split('/')
    if (path === '') throw new VolumeError('invalid path: must not be empty: ""')
    if (path.startsWith('/')) {
      throw new VolumeError(`invalid path: must be relative path: ${path}`)
    }
    if (hasBackStep(path)) throw new VolumeError(`invalid path: must not contain '..': ${path}`)
    if (names.some((name) => new TextEncoder().encode(name).length > NAME_LENGTH_MAX)) {
      throw new VolumeError(
        `invalid path: filenames must be less than or equal to ${NAME_LENGTH_MAX} characters`,
      )
    }
    if (path.startsWith('..')) {
      throw new VolumeError(`invalid path: must not start with '..': ${path}`)
    }
  }
  return new Map([...payload].map(([path, file]) => [cleanPath(path), file]))
}

/** The name of the directory that is shown now; undefined before the first. */
async function currentDirectory(files: Files, data: string): Promise<string | undefined> {
  const status = await files.statusOf(data, { followLinks: false })
  return status?.type === 'link' ? files.readLink(data) : undefined
}

/** All files and directories in a directory, by their paths in it. */
async function pathsIn(files: Files, directory: string, below = ''): Promise<readonly string[]> {
  if ((await files.kindOf(directory)) !== 'directory') return []
  const paths: string[] = []
  for (const { name, isDirectory } of await files.list(directory)) {
    const path = below === '' ? name : joinPath(below, name)
    paths.push(path)
    if (isDirectory) paths.push(...(await pathsIn(files, joinPath(directory, name), path)))
  }
  return paths
}

/** As the kubelet looks: a mode that has changed alone is no change. */
async function differs(
  files: Files,
  directory: string,
  wanted: Payload,
  present: readonly string[],
): Promise<boolean> {
  const needed = new Set([...wanted.keys()].flatMap(withParents))
  if (present.some((path) => !needed.has(path))) return true
  for (const [path, { bytes }] of wanted) {
    if (!present.includes(path)) return true
    if (!equalBytes(await files.readBytes(joinPath(directory, path)), bytes)) return true
  }
  return false
}

function withParents(path: string): readonly string[] {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** `..2026_11_21_15_04_05.1`: the time, and a number that nothing there has yet. */
async function newDirectory({ files, directory, wallMs }: AtomicWrite): Promise<string> {
  const stamp = formatTimestamp(wallMs).slice(0, 19).replaceAll(/[-T:]/g, '_')
  for (let number = 1; ; number += 1) {
    const name = `..${stamp}.${number}`
    const path = joinPath(directory, name)
    if ((await files.kindOf(path)) !== 'missing') continue
    await files.makeDirectory(path)
    await files.changeMode(path, 0o755)
    return name
  }
}

async function showNames(
  { files, directory }: AtomicWrite,
  wanted: Payload,
  oldPaths: readonly string[],
): Promise<void> {
  const tops = new Set([...wanted.keys()].map((path) => path.split('/')[0] ?? ''))
  for (const name of tops) {
    const at = joinPath(directory, name)
    if ((await files.statusOf(at, { followLinks: false })) === undefined) {
      await files.makeLink(at, `${DATA}/${name}`)
    }
  }
  for (const path of oldPaths) {
    if (!path.includes('/') && !tops.has(path)) await files.remove(joinPath(directory, path))
  }
}
