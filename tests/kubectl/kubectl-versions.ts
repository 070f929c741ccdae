import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The version whose output is the first one of each step; others are listed only where they differ. */
export const BASE_VERSION = '1.33'

const OLDEST_MINOR = 30

/** The installed kubectls from 1.30 on, oldest first: minor version to path. One named `kubectl.1.33` goes first. */
export function findKubectls(): ReadonlyMap<string, string> {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => existsSync(folder))
  const found = new Map<string, string>()
  for (const folder of folders) {
    for (const name of readdirSync(folder)) {
      const version = /^kubectl\.(1\.\d+)$/.exec(name)?.[1]
      if (version !== undefined && !found.has(version)) found.set(version, join(folder, name))
    }
  }
  for (const folder of folders) {
    const path = join(folder, 'kubectl')
    const version = existsSync(path) ? versionOf(path) : undefined
    if (version !== undefined && !found.has(version)) found.set(version, path)
  }
  return new Map(
    [...found]
      .filter(([version]) => minorOf(version) >= OLDEST_MINOR)
      .sort(([left], [right]) => minorOf(left) - minorOf(right)),
  )
}

/** Undefined for one that only runs another: `v1.32.4-dispatcher`. */
function versionOf(path: string): string | undefined {
  const { stdout } = spawnSync(path, ['version', '--client'], { encoding: 'utf8', timeout: 10_000 })
  return /Client Version: v(1\.\d+)\.\d+$/m.exec(stdout)?.[1]
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}
