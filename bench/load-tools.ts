import { spawnSync } from 'node:child_process'

/** What one tool did in one run. */
export interface Measurement {
  readonly requestsPerSecond: number
  readonly cpuUsPerRequest: number
}

export interface Tool {
  readonly name: string
  /** A shell command for `seconds` at full speed over `connections`; undefined where the tool cannot. */
  command(run: ToolRun): string | undefined
  /** Requests that were answered, read from its output. */
  count(output: string): number | undefined
}

export interface ToolRun {
  /** https:// with a certificate that nobody vouches for. */
  readonly url: string
  readonly seconds: number
  readonly connections: number
  readonly keepsAlive: boolean
  /** Threads, or what the tool has in their place. */
  readonly workers: number
}

const numberAfter = (pattern: RegExp) => (output: string) => {
  const match = pattern.exec(output)
  return match === null ? undefined : Number(match[1])
}

const PEERS: readonly Tool[] = [
  {
    name: 'wrk',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      `wrk -t${workers} -c${connections} -d${seconds}s ` +
      `${keepsAlive ? '' : '-H "Connection: close"'} ${url}`,
    count: numberAfter(/(\d+) requests in/),
  },
  {
    name: 'ab',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      workers === 1
        ? `ab -q ${keepsAlive ? '-k' : ''} -r -c ${connections} -t ${seconds} -n 100000000 ${url}`
        : undefined,
    count: numberAfter(/Complete requests:\s+(\d+)/),
  },
  {
    name: 'hey',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      `hey -cpus ${workers} -z ${seconds}s -c ${connections} ` +
      `${keepsAlive ? '' : '-disable-keepalive'} ${url}`,
    count: numberAfter(/\[200\]\s+(\d+) responses/),
  },
  {
    name: 'vegeta',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      `echo "GET ${url}" | vegeta -cpus=${workers} attack -insecure -rate=0 -duration=${seconds}s ` +
      `-workers=${connections} -max-workers=${connections} -keepalive=${keepsAlive} | ` +
      `vegeta report -type=json`,
    count: numberAfter(/"status_codes":\{[^}]*"200":(\d+)/),
  },
  {
    name: 'fortio',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      `GOMAXPROCS=${workers} fortio load -quiet -k -qps 0 -t ${seconds}s -c ${connections} ` +
      `-keepalive=${keepsAlive} -json - ${url} 2>/dev/null`,
    count: numberAfter(/"RetCodes": \{[^}]*"200": (\d+)/),
  },
  {
    name: 'oha',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      `TOKIO_WORKER_THREADS=${workers} oha --no-tui --json --insecure -z ${seconds}s ` +
      `-c ${connections} ${keepsAlive ? '' : '--disable-keepalive'} ${url}`,
    count: numberAfter(/"statusCodeDistribution": \{[^}]*"200": (\d+)/),
  },
]

/** `path` is where the package manager put it: its own start-up is not the tool's. */
function autocannon(path: string): Tool {
  return {
    name: 'autocannon',
    command: ({ url, seconds, connections, keepsAlive, workers }) =>
      `${process.execPath} ${path} ${workers === 1 ? '' : `-w ${workers}`} ` +
      `${keepsAlive ? '' : '-H Connection=close'} -c ${connections} -d ${seconds} -j ${url} 2>/dev/null`,
    count: (output) => {
      const { '2xx': answered }: { '2xx'?: number } = JSON.parse(output.split('\n')[0] ?? '{}')
      return answered
    },
  }
}

/** Those that are installed, and the names of those that are not. */
export function findTools(): { tools: readonly Tool[]; missing: readonly string[] } {
  const tools = PEERS.filter(({ name }) => isInstalled(name))
  const missing = PEERS.filter((tool) => !tools.includes(tool)).map(({ name }) => name)
  const found = spawnSync(
    'npm',
    ['exec', '--yes', '--package=autocannon@9.0.0', '-c', 'command -v autocannon'],
    { encoding: 'utf8', timeout: 120_000 },
  )
  const path = found.stdout.trim().split('\n').at(-1) ?? ''
  if (found.status === 0 && path !== '') return { tools: [...tools, autocannon(path)], missing }
  return { tools, missing: [...missing, 'autocannon'] }
}

function isInstalled(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
}

/** Runs a tool once. Its CPU time is that of its process tree, by the shell's `times`. */
export function runTool(tool: Tool, run: ToolRun, pin: readonly string[]): Measurement | undefined {
  const command = tool.command(run)
  if (command === undefined) return undefined
  const shell = [...pin, 'sh', '-c', `${command}; times`]
  const { stdout } = spawnSync(shell[0]!, shell.slice(1), {
    encoding: 'utf8',
    timeout: (run.seconds + 30) * 1_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  const requests = tool.count(stdout)
  const cpuSeconds = childSeconds(stdout.trim().split('\n').at(-1) ?? '')
  if (requests === undefined || requests === 0) return undefined
  return {
    requestsPerSecond: requests / run.seconds,
    cpuUsPerRequest: (cpuSeconds * 1e6) / requests,
  }
}

/** The last line of `times`: user and system time of all children, such as `0m1.50s 0m0.25s`. */
function childSeconds(line: string): number {
  let seconds = 0
  for (const [, minutes, rest] of line.matchAll(/(\d+)m([\d.]+)s/g)) {
    seconds += Number(minutes) * 60 + Number(rest)
  }
  return seconds
}
