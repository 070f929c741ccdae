import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** So many requests over so many connections, kept alive. */
export interface TruthRun {
  readonly url: string
  readonly requests: number
  readonly connections: number
}

/** A load tool as the truth table asks it. */
export interface TruthTool {
  readonly name: string
  readonly version: string
  /** A shell command for a run. */
  command(run: TruthRun): string
  /** How many requests it says have failed, one way or another; undefined where it says nothing. */
  failed(output: string): number | undefined
}

interface KnownTool extends Omit<TruthTool, 'version'> {
  /** Go's name of it: its version is in the binary. */
  readonly goModule?: string
  readonly versionCommand?: string
}

const CLI = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const AUTOCANNON = 'autocannon@9.0.0'
/** What a tool is told to wait for an answer, where it can be told. */
const TIMEOUT_SECONDS = 2

const K6_SCRIPT = `import http from "k6/http"
export const options = { scenarios: { all: { executor: "shared-iterations",
  vus: Number(__ENV.USERS), iterations: Number(__ENV.REQUESTS), maxDuration: "60s" } } }
export default function () { http.get(__ENV.URL, { timeout: "${TIMEOUT_SECONDS}s" }) }`

const KNOWN: readonly KnownTool[] = [
  {
    name: 'wrk',
    versionCommand: 'wrk -v',
    // It counts time, not requests.
    command: ({ url, connections }) => `wrk -t1 -c${connections} -d2s --timeout 2s ${url}`,
    failed(output) {
      const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
        output,
      )
      if (!output.includes('requests in')) return undefined
      return sum((errors ?? []).slice(1).map(Number)) + numberAt(output, /Non-2xx.*: (\d+)/)
    },
  },
  {
    name: 'ab',
    versionCommand: 'ab -V',
    command: ({ url, requests, connections }) =>
      `ab -q -k -r -s ${TIMEOUT_SECONDS} -n ${requests} -c ${connections} ${url}`,
    failed: (output) =>
      output.includes('Failed requests:')
        ? numberAt(output, /Failed requests:\s+(\d+)/)
        : undefined,
  },
  {
    name: 'hey',
    goModule: 'github.com/rakyll/hey',
    command: ({ url, requests, connections }) =>
      `hey -t ${TIMEOUT_SECONDS} -n ${requests} -c ${connections} ${url}`,
    failed(output) {
      if (!output.includes('Requests/sec')) return undefined
      const statuses = [...output.matchAll(/\[(\d{3})\]\s+(\d+) responses/g)]
      const bad = statuses.filter(([, status]) => !isGood(status!)).map(([, , count]) => count)
      const [, errors = ''] = output.split('Error distribution:')
      const lost = [...errors.matchAll(/^\s*\[(\d+)\]/gm)].map(([, count]) => count)
      return sum([...bad, ...lost].map(Number))
    },
  },
  {
    name: 'vegeta',
    goModule: 'github.com/tsenart/vegeta/v12',
    command: ({ url, requests, connections }) =>
      `echo "GET ${url}" | vegeta attack -rate=${requests / 2} -duration=2s ` +
      `-workers=${connections} -max-workers=${connections} -timeout=${TIMEOUT_SECONDS}s | ` +
      `vegeta report -type=json`,
    failed: (output) => badStatuses(parsed(output)['status_codes']),
  },
  {
    name: 'fortio',
    goModule: 'fortio.org/fortio',
    command: ({ url, requests, connections }) =>
      `fortio load -quiet -allow-initial-errors -timeout ${TIMEOUT_SECONDS}s -qps 0 ` +
      `-n ${requests} -c ${connections} -json - ${url} 2>/dev/null`,
    failed: (output) => badStatuses(parsed(output)['RetCodes']),
  },
  {
    name: 'autocannon',
    versionCommand: `npm exec --yes --package=${AUTOCANNON} -- autocannon --version`,
    command: ({ url, requests, connections }) =>
      `npm exec --yes --package=${AUTOCANNON} -- autocannon -t ${TIMEOUT_SECONDS} ` +
      `-a ${requests} -c ${connections} -j ${url} 2>/dev/null`,
    failed(output) {
      const { errors, non2xx } = parsed(output)
      return errors === undefined ? undefined : Number(errors) + Number(non2xx)
    },
  },
  {
    name: 'oha',
    versionCommand: 'oha --version',
    command: ({ url, requests, connections }) =>
      `oha --no-tui --json -t ${TIMEOUT_SECONDS}s -n ${requests} -c ${connections} ${url}`,
    failed(output) {
      const { statusCodeDistribution: statuses, errorDistribution: errors } = parsed(output)
      const bad = badStatuses(statuses)
      return bad === undefined ? undefined : bad + sum(Object.values(counts(errors)))
    },
  },
  {
    name: 'k6',
    goModule: 'go.k6.io/k6',
    // A file named /dev/stdout cannot be opened where that is a socket, as Node makes them.
    command: ({ url, requests, connections }) =>
      `echo '${K6_SCRIPT}' | k6 run --quiet --no-usage-report --address '' ` +
      `--summary-export=/dev/stdout -e URL=${url} -e USERS=${connections} ` +
      `-e REQUESTS=${requests} - 2>/dev/null | cat`,
    failed(output) {
      const passes = /"http_req_failed": \{[^}]*"passes": (\d+)/.exec(output)
      return passes === null ? undefined : Number(passes[1])
    },
  },
]

/** Ours, which also tells which outcomes there were. */
export const HITLESS: TruthTool = {
  name: 'hitless',
  version: '',
  command: ({ url, requests, connections }) =>
    `${process.execPath} ${CLI} load ${url} --requests ${requests} --concurrency ${connections} ` +
    `--lanes reused=1 --connections ${connections} --timeout ${TIMEOUT_SECONDS}s --view json`,
  failed(output) {
    const { dropped } = parsed(output)
    return dropped === undefined ? undefined : Number(dropped)
  },
}

export interface HitlessReport {
  readonly outcomes: Readonly<Record<string, number>>
  readonly hiddenByRetry: number
}

export function hitlessReport(output: string): HitlessReport {
  const { outcomes, hiddenByRetry } = parsed(output)
  return { outcomes: counts(outcomes), hiddenByRetry: Number(hiddenByRetry) }
}

/** Those that are installed, and the names of those that are not. */
export function findTruthTools(): { tools: readonly TruthTool[]; missing: readonly string[] } {
  const tools: TruthTool[] = []
  for (const { goModule, versionCommand, ...tool } of KNOWN) {
    const version =
      goModule === undefined ? versionOf(versionCommand ?? '') : goVersion(tool.name, goModule)
    if (version !== undefined) tools.push({ ...tool, version })
  }
  const found = tools.map(({ name }) => name)
  return { tools, missing: KNOWN.map(({ name }) => name).filter((name) => !found.includes(name)) }
}

function versionOf(command: string): string | undefined {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
  const version = /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)
  return status === 127 || version === null ? undefined : version[0]
}

/** What `go version -m` says of the binary: it is the module itself, or the one it was made of. */
function goVersion(name: string, module: string): string | undefined {
  const command = `go version -m "$(command -v ${name})"`
  const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
  const line = stdout.split('\n').find((line) => line.includes(`\t${module}\t`))
  if (line !== undefined) return /v(\d+\.\d+\.\d+\S*)/.exec(line)?.[1]
  const isThere = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
  return isThere ? 'of unknown version' : undefined
}

/** The first line that is JSON, or all of it. */
function parsed(output: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(output)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not there is undefined, and asked for
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function counts(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, count]) => [key, Number(count)]))
}

function badStatuses(statuses: unknown): number | undefined {
  if (statuses === undefined) return undefined
  const bad = Object.entries(counts(statuses)).filter(([status]) => !isGood(status))
  return sum(bad.map(([, count]) => count))
}

const isGood = (status: string) => /^[23]\d\d$/.test(status)

function numberAt(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
