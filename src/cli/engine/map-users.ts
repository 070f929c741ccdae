import { readFileSync, writeFileSync } from 'node:fs'

/** linux/capability.h */
const CAP_SETGID = 1n << 6n
const CAP_SETUID = 1n << 7n

/** Root, and not in a container that took the right away. capabilities(7) */
export function mayMapUsers(): boolean {
  if (process.getuid?.() !== 0) return false
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const capabilities = BigInt(`0x${effective ?? '0'}`)
  return (capabilities & CAP_SETUID) !== 0n && (capabilities & CAP_SETGID) !== 0n
}

/**
 * Gives a new user namespace every user and group of this process's own, under the same numbers: programs inside can
 * then change to users of their own, as many images' do. Throws when the process is gone.
 * https://man7.org/linux/man-pages/man7/user_namespaces.7.html
 */
export function mapAllUsers(processId: number): void {
  for (const map of ['uid_map', 'gid_map']) {
    const own = readFileSync(`/proc/self/${map}`, 'utf8')
    writeFileSync(`/proc/${processId}/${map}`, sameNumbers(own))
  }
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
