import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'

/** linux/capability.h */
const CAP_SETGID = 1n << 6n
const CAP_SETUID = 1n << 7n

const TIMEOUT_MS = 10_000

/** Ids that a user may give to namespaces. */
export interface IdRange {
  readonly start: number
  readonly count: number
}

/** Whether a new user namespace can have more than the one user that whoever makes it is. */
export function mayMapUsers(): boolean {
  return isPrivileged() || findOwnRanges() !== undefined
}

/**
 * Root gives a new user namespace every user and group of its own, under the same numbers; anybody else those that
 * /etc/subuid and /etc/subgid grant, above its own as root: programs inside can then change to users of their own,
 * as many images' do. Throws when the process is gone.
 * https://man7.org/linux/man-pages/man7/user_namespaces.7.html, newuidmap(1)
 */
export function mapAllUsers(processId: number): void {
  const ranges = isPrivileged() ? undefined : findOwnRanges()
  if (ranges === undefined) return mapOwnNumbers(processId)
  try {
    for (const { program, own, granted } of ranges) {
      const map = rangesMap(own, granted).flatMap((line) => line.map(String))
      execFileSync(program, [String(processId), ...map], { timeout: TIMEOUT_MS, stdio: 'ignore' })
    }
  } catch {
    // The programs are there and may not (nosuid, no_new_privs): one user is what anybody may have.
    mapOneUser(processId)
  }
}

function mapOwnNumbers(processId: number): void {
  for (const map of ['uid_map', 'gid_map']) {
    const own = readFileSync(`/proc/self/${map}`, 'utf8')
    writeFileSync(`/proc/${processId}/${map}`, sameNumbers(own))
  }
}

/** The kernel refuses a map that is there already, which is then the whole one. */
function mapOneUser(processId: number): void {
  const entries = [
    ['uid_map', `0 ${process.geteuid?.() ?? 0} 1\n`],
    ['setgroups', 'deny'],
    ['gid_map', `0 ${process.getegid?.() ?? 0} 1\n`],
  ] as const
  for (const [file, text] of entries) {
    try {
      writeFileSync(`/proc/${processId}/${file}`, text)
    } catch {
      // See above; a namespace without any map has no rights, and says so itself.
    }
  }
}

/** Root, and not in a container that took the right away. capabilities(7) */
function isPrivileged(): boolean {
  if (process.getuid?.() !== 0) return false
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const capabilities = BigInt(`0x${effective ?? '0'}`)
  return (capabilities & CAP_SETUID) !== 0n && (capabilities & CAP_SETGID) !== 0n
}

interface GrantedIds {
  readonly program: string
  readonly own: number
  readonly granted: readonly IdRange[]
}

/** Users and groups; undefined where one of them is missing, or the program that may map them. */
function findOwnRanges(): readonly GrantedIds[] | undefined {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()]
  if (uid === undefined || gid === undefined || hasNoNewPrivileges()) return undefined
  const user = { name: ownName(), uid }
  const found = [
    { program: findProgram('newuidmap'), own: uid, granted: readRanges('/etc/subuid', user) },
    { program: findProgram('newgidmap'), own: gid, granted: readRanges('/etc/subgid', user) },
  ]
  const whole = found.flatMap(({ program, own, granted }) =>
    program === undefined || granted.length === 0 ? [] : [{ program, own, granted }],
  )
  return whole.length === found.length ? whole : undefined
}

/** A program's own rights, which newuidmap needs, do not count then. */
function hasNoNewPrivileges(): boolean {
  return /^NoNewPrivs:\s*1$/m.test(readFileSync('/proc/self/status', 'utf8'))
}

function ownName(): string {
  try {
    return userInfo().username
  } catch {
    // A number without an entry may have ranges too.
    return ''
  }
}

function findProgram(name: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return [...directories, '/usr/bin', '/bin']
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function readRanges(
  path: string,
  user: { readonly name: string; readonly uid: number },
): readonly IdRange[] {
  try {
    return grantedRanges(readFileSync(path, 'utf8'), user)
  } catch {
    return []
  }
}

/** Of lines `USER:START:COUNT`, by the name or the number of a user. subuid(5) */
export function grantedRanges(
  text: string,
  { name, uid }: { readonly name: string; readonly uid: number },
): readonly IdRange[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(':'))
    .filter(([user = '']) => user !== '' && (user === name || user === String(uid)))
    .map(([, start, count]) => ({ start: Number(start), count: Number(count) }))
    .filter(({ start, count }) => Number.isInteger(start) && Number.isInteger(count) && count > 0)
}

/** Lines `INSIDE OUTSIDE COUNT`: 0 is who maps, and what is granted follows without a gap. */
export function rangesMap(
  own: number,
  granted: readonly IdRange[],
): readonly (readonly [number, number, number])[] {
  const lines: (readonly [number, number, number])[] = [[0, own, 1]]
  let inside = 1
  for (const { start, count } of granted) {
    lines.push([inside, start, count])
    inside += count
  }
  return lines
}

/** Of lines `INSIDE OUTSIDE COUNT`: in a namespace below this one, its inside is the outside. */
export function sameNumbers(map: string): string {
  return map
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length === 3)
    .map(([inside, , count]) => `${inside} ${inside} ${count}\n`)
    .join('')
}
