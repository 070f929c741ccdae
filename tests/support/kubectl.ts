import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'

export interface Kubectl {
  /** `1.33`. */
  readonly version: string
  readonly path: string
}

/** The oldest whose printing is compared with Kubernetes'. */
const COMPARED_FROM_MINOR = 30

/** Google's SDK brings one of each minor version. */
const OTHER_PLACES = ['/usr/lib/google-cloud-sdk/bin']

let found: readonly Kubectl[] | undefined

/**
 * The installed kubectls by version, the oldest first, one of each; also those that are older than what is served.
 * With HITLESS_REQUIRE_KUBECTL=1 it is an error that there is none.
 */
export function kubectls(): readonly Kubectl[] {
  found ??= findKubectls()
  if (found.length === 0 && process.env['HITLESS_REQUIRE_KUBECTL'] === '1') {
    throw new Error('HITLESS_REQUIRE_KUBECTL=1, and no kubectl is installed')
  }
  return found
}

/** Those whose printing is compared with Kubernetes': from 1.30 on. */
export function comparedKubectls(): readonly Kubectl[] {
  return kubectls().filter(({ version }) => minorOf(version) >= COMPARED_FROM_MINOR)
}

/** For titles: why tests with kubectl are skipped, or nothing. */
export function kubectlMissing(): string {
  return kubectls().length === 0 ? ' (skipped: no kubectl is installed)' : ''
}

/** Of two of one version the one with the version in its name goes first, and then the place of `PATH`. */
function findKubectls(): readonly Kubectl[] {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...OTHER_PLACES]
  const paths = places
    .filter((place) => place !== '' && existsSync(place))
    .flatMap((place) =>
      readdirSync(place)
        .filter((name) => /^kubectl(?:[.-]v?1\.\d+)?$/.test(name))
        .map((name) => join(place, name)),
    )
  const byVersion = new Map<string, string>()
  for (const path of paths.toSorted((a, b) => Number(isPlain(a)) - Number(isPlain(b)))) {
    const version = versionOf(path)
    if (version !== undefined && !byVersion.has(version)) byVersion.set(version, path)
  }
  return [...byVersion]
    .map(([version, path]) => ({ version, path }))
    .toSorted((a, b) => minorOf(a.version) - minorOf(b.version))
}

function isPlain(path: string): boolean {
  return basename(path) === 'kubectl'
}

/**
 * A name with a version says it; else the program is asked. One that does not start is none, nor is one that only
 * chooses among the others by the server's version: `v1.32.4-dispatcher`.
 */
function versionOf(path: string): string | undefined {
  const named = /1\.\d+$/.exec(path)?.[0]
  if (named !== undefined) return named
  try {
    const options = { timeout: 20_000, encoding: 'utf8', stdio: 'pipe' } as const
    const text = execFileSync(path, ['version', '--client', '--output=json'], options)
    return /"gitVersion": "v(1\.\d+)(?!.*-dispatcher")/.exec(text)?.[1]
  } catch {
    return undefined
  }
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}
