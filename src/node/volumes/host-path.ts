import type { Files, FileStatus } from '../../world/files.ts'
import { hasBackStep } from './paths.ts'
import { VolumeError } from './volume-error.ts'

interface TypeRule {
  readonly type: FileStatus['type']
  readonly words: string
  readonly create?: (files: Files, path: string) => Promise<void>
}

const RULES: Readonly<Record<string, TypeRule>> = {
  Directory: { type: 'directory', words: 'a directory' },
  DirectoryOrCreate: { type: 'directory', words: 'a directory', create: makeDirectory },
  File: { type: 'file', words: 'a file' },
  FileOrCreate: { type: 'file', words: 'a file', create: makeFile },
  Socket: { type: 'socket', words: 'a socket file' },
  CharDevice: { type: 'character-device', words: 'a character device' },
  BlockDevice: { type: 'block-device', words: 'a block device' },
}

/**
 * Looks whether a path of this machine is what a hostPath volume wants it to be, and makes it where that is wanted.
 * Throws VolumeError. https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
 */
export async function checkHostPath(
  files: Files,
  { path, type = '' }: { readonly path: string; readonly type?: string },
): Promise<void> {
  if (hasBackStep(path)) {
    throw new VolumeError(`invalid HostPath \`${path}\`: must not contain '..'`)
  }
  if (type === '') return
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined
  if (rule === undefined) throw new VolumeError(`${type} is an invalid volume type`)
  const status = await statusOf(files, path)
  if (status === undefined && rule.create !== undefined) return rule.create(files, path)
  if (status?.type === rule.type) return
  throw new VolumeError(`hostPath type check failed: ${path} is not ${rule.words}`)
}

/** What this user may not look at is not there for the kubelet's check either. */
async function statusOf(files: Files, path: string): Promise<FileStatus | undefined> {
  try {
    return await files.statusOf(path, { followLinks: true })
  } catch {
    return undefined
  }
}

async function makeDirectory(files: Files, path: string): Promise<void> {
  await refusedAs('mkdir', path, files.makeDirectory(path))
}

async function makeFile(files: Files, path: string): Promise<void> {
  await refusedAs('open', path, files.writeText(path, '', { mode: 0o644 }))
}

/** As Go tells a failed call: `mkdir /data: permission denied`. */
export async function refusedAs(call: string, path: string, done: Promise<void>): Promise<void> {
  try {
    await done
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
    // It may be a directory above that could not be made.
    const named = error instanceof Error && 'path' in error ? String(error.path) : path
    throw new VolumeError(`${call} ${named}: ${ERRNO_WORDS[code] ?? code}`)
  }
}

const ERRNO_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EEXIST: 'file exists',
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
  ENAMETOOLONG: 'file name too long',
  ELOOP: 'too many levels of symbolic links',
  EIO: 'input/output error',
}
