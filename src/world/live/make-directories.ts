import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from './errno.ts'

/**
 * A directory with those above it. Not by Node's own `recursive`: that never ends where a file system refuses new names
 * with ENOENT (/proc), and it says ENOENT where the file system is read-only.
 */
export function makeDirectories(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (isDirectory(path)) return
    const parent = dirname(path)
    if (errnoOf(error) !== 'ENOENT' || isDirectory(parent)) throw error
    makeDirectories(parent, mode)
    makeDirectories(path, mode)
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
