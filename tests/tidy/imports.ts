import { posix } from 'node:path'
import { mayTouchSystem, PACKAGES, ROOMS } from './rooms.ts'
import { lineAt } from './source-text.ts'
import { isTestCode, type CodeFile, type Offence } from './tree.ts'

export interface Import {
  readonly from: string
  readonly line: number
  readonly specifier: string
}

/**
 * Every module that a file names: imports and re-exports, of types too, `import()` as a call and as a
 * type, `require`, and the entries of threads (`new URL('./x.ts', import.meta.url)`).
 */
export function importsOf({ path, text, source }: CodeFile): Import[] {
  return source.strings
    .filter(({ offset, value }) => {
      const before = source.code.slice(Math.max(0, offset - 60), offset)
      if (/(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*$/.test(before)) return true
      return /\bnew\s+URL\s*\(\s*$/.test(before) && /^\..*\.ts$/.test(value)
    })
    .map(({ offset, value }) => ({ from: path, line: lineAt(text, offset), specifier: value }))
}

/** The path in the repository that a relative specifier means. */
export function resolveImport({ from, specifier }: Import): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier))
}

/** Imports that the matrix of rooms does not allow. Test code may import anything. */
export function findImportOffences(files: readonly CodeFile[]): Offence[] {
  return files
    .filter(({ path }) => path.startsWith('src/') && !isTestCode(path))
    .flatMap(importsOf)
    .flatMap((each) => {
      const fault = faultOf(each)
      return fault === undefined ? [] : [`${each.from}:${each.line} ${fault}`]
    })
}

function faultOf(each: Import): string | undefined {
  const { from, specifier } = each
  const room = roomOf(from)
  if (room === undefined || !(room in ROOMS)) return `is in no room of the matrix`
  if (specifier.startsWith('node:')) {
    return mayTouchSystem(from) ? undefined : `imports ${specifier}: only world/live and cli may`
  }
  if (!specifier.startsWith('.')) {
    if (PACKAGES[packageOf(specifier)]?.includes(room) === true) return undefined
    return `imports the package ${specifier}, which is not ${room}'s to use`
  }
  return faultOfRelative(each, room)
}

/** `@scope/name/file` is a file of the package `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function faultOfRelative(each: Import, room: string): string | undefined {
  const target = resolveImport(each)
  const targetRoom = roomOf(target)
  if (targetRoom === undefined) return `imports ${target}, outside of the rooms`
  if (isTestCode(target)) return `imports test code: ${target}`
  const isLive = target.startsWith('src/world/live/')
  if (isLive && !mayTouchSystem(each.from)) return `imports ${target}: only cli may`
  if (targetRoom === room) return undefined
  if (targetRoom !== 'base' && ROOMS[room]?.includes(targetRoom) !== true) {
    return `imports ${targetRoom}: ${room} may not`
  }
  if (!isLive && target.split('/').length > 3) return `imports ${target}: subfolders are private`
  return undefined
}

/** `src/ROOM/…`; a file directly in src has no room. */
function roomOf(path: string): string | undefined {
  const [top, room, ...rest] = path.split('/')
  return top === 'src' && rest.length > 0 ? room : undefined
}

/** Rooms that import, over however many others, themselves, or that are listed below what they import. */
export function findMatrixOffences(rooms: Readonly<Record<string, readonly string[]>>): Offence[] {
  const order = Object.keys(rooms)
  return order.flatMap((room, index) =>
    (rooms[room] ?? []).flatMap((other) => {
      const place = order.indexOf(other)
      if (place === -1) return [`${room} may import ${other}, which is no room`]
      return place < index ? [] : [`${room} may import ${other}, which is not lower`]
    }),
  )
}

/** Files of src that no other file names, apart from the programs that are started by name. */
export function findUnusedFiles(files: readonly CodeFile[], entries: readonly string[]): Offence[] {
  const used = new Set(files.flatMap(importsOf).map(resolveImport))
  return files
    .filter(({ path }) => path.startsWith('src/') && !path.endsWith('.test.ts'))
    .filter(({ path }) => !entries.includes(path) && !used.has(path))
    .map(({ path }) => `${path} is used by no other file`)
}
