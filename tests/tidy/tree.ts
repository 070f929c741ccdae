import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSource, type SourceText } from './source-text.ts'

/** A file of the repository; paths are relative to its root, with slashes. */
export interface TreeFile {
  readonly path: string
  readonly text: string
}

export interface CodeFile extends TreeFile {
  readonly source: SourceText
}

/** Something that a check does not like, as `path:line what and why`. */
export type Offence = string

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.hitless', 'coverage'])
const TEXT = /(\.(ts|mjs|js|json|ya?ml|md|txt|sh|golden)|^[^.]+|^\.[a-z]+(rc|ignore))$/

/** All text files below `root`, sorted by path. */
export function readTree(root: string, directory = ''): TreeFile[] {
  return readdirSync(join(root, directory), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): TreeFile[] => {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (NOT_OURS.has(entry.name)) return []
      if (entry.isDirectory()) return readTree(root, path)
      if (!entry.isFile() || !TEXT.test(entry.name)) return []
      return [{ path, text: readFileSync(join(root, path), 'utf8') }]
    })
}

export function codeFile(path: string, text: string): CodeFile {
  return { path, text, source: readSource(text) }
}

export function codeOf(files: readonly TreeFile[]): CodeFile[] {
  return files
    .filter(({ path }) => /\.(ts|mjs)$/.test(path))
    .map(({ path, text }) => codeFile(path, text))
}

/** Tests, and what only tests use: they may look everywhere. */
export function isTestCode(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('tests/') || path.includes('/testing/')
}

export function isThere(root: string, path: string): boolean {
  return existsSync(join(root, path))
}
