import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startLoad } from '../../src/load/engine.ts'
import { Collected, planOf } from '../../src/load/testing/load-run.ts'
import { answerWell, LyingServer } from '../../src/load/testing/lying-server.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveNetwork } from '../../src/world/live/network.ts'
import { liveVitals } from '../../src/world/live/vitals.ts'

/** What the generator's own machine does to it, for real: never green, never the fault of the service. */

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const NAMESPACE = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c']
const hasNamespaces =
  spawnSync(NAMESPACE[0]!, [...NAMESPACE.slice(1), 'ip link set lo up']).status === 0

interface Summary {
  readonly ok: number
  readonly dropped: number
  readonly notSent: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly generator: { readonly impediments: readonly string[] }
}

/** `hitless load`, after what the shell is told before. */
function startLoadCommand(
  {
    shell = ['sh', '-c'],
    prelude,
  }: { readonly shell?: readonly string[]; readonly prelude: string },
  words: readonly string[],
): ChildProcess {
  const [command, ...args] = [...shell, `${prelude}; exec "$0" "$@"`, process.execPath, MAIN]
  const child = spawn(command, [...args, 'load', ...words, '--view', 'json'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function resultOf(child: ChildProcess): Promise<Summary & { readonly exitCode: unknown }> {
  let output = ''
  child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const [exitCode]: unknown[] = await once(child, 'close')
  const summary: Summary = JSON.parse(output)
  return { ...summary, exitCode }
}

async function serve(onRequest: () => void = () => undefined): Promise<string> {
  const server = createServer((_, answer) => {
    onRequest()
    answer.end('ok')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // oxlint-disable-line typescript/no-unsafe-type-assertion -- a TCP server has one
  return `http://127.0.0.1:${port}/`
}

/** On port 8080 (1F90) of the network namespace of the shell; ends with its standard input. */
const SERVER = `exec 3<&0; "$0" -e '
  require("node:http").createServer((_, answer) => answer.end()).listen(8080, "127.0.0.1")
  process.stdin.resume().on("end", () => process.exit())' <&3 >/dev/null 2>&1 &
until grep -q :1F90 /proc/net/tcp; do sleep 0.1; done`

describe('hitless load ends in 3, drops nothing and tells with numbers', () => {
  test('of files that are used up', async () => {
    const words = [await serve(), '--rate', '400/s', '--requests', '100', '--lanes', 'reused=1']
    const { exitCode, dropped, outcomes, generator } = await resultOf(
      startLoadCommand({ prelude: 'ulimit -n 45' }, [...words, '--connections', '60']),
    )
    expect({ exitCode, dropped }).toEqual({ exitCode: 3, dropped: 0 })
    expect(outcomes['local-limit']).toBeGreaterThan(0)
    expect(generator.impediments[0]).toMatch(
      /^\d+ requests? found no free file descriptor \(EMFILE\): the limit of this process is 45\./,
    )
  })

  test.runIf(hasNamespaces)('of ports that are used up', async () => {
    const few = 'echo "50000 50015" > /proc/sys/net/ipv4/ip_local_port_range'
    const prelude = `ip link set lo up; ${few}; ${SERVER}`
    const url = 'http://127.0.0.1:8080/'
    const words = [url, '--rate', '400/s', '--requests', '100', '--lanes', 'reused=1']
    const child = startLoadCommand({ shell: NAMESPACE, prelude }, [...words, '--connections', '40'])
    const { exitCode, dropped, ok, outcomes, generator } = await resultOf(child)
    child.stdin?.end()
    expect({ exitCode, dropped }).toEqual({ exitCode: 3, dropped: 0 })
    expect(ok + outcomes['local-limit']!).toBe(100)
    expect(generator.impediments[0]).toContain(
      `${outcomes['local-limit']} requests found no free local port towards 127.0.0.1:8080 (EADDRNOTAVAIL): ` +
        'net.ipv4.ip_local_port_range has 16 (50000 to 50015), and 0 connections are in TIME_WAIT.',
    )
  })

  test('of a time in which it was stopped', async () => {
    const first = Promise.withResolvers<void>()
    const url = await serve(first.resolve)
    const words = [url, '--rate', '50/s', '--duration', '2s', '--timeout', '10s']
    const child = startLoadCommand({ prelude: 'true' }, words)
    const result = resultOf(child)
    await first.promise
    child.kill('SIGSTOP')
    await after(1_300)
    child.kill('SIGCONT')
    const { exitCode, dropped, generator } = await result
    expect({ exitCode, dropped }).toEqual({ exitCode: 3, dropped: 0 })
    expect(generator.impediments[0]).toMatch(
      /^The generator stood still for \d{4} ms: it neither ran nor waited for a CPU/,
    )
  })
})

test('a thread that computes something else for more than a second says so', async () => {
  const server = new LyingServer(answerWell)
  const port = await server.listen()
  const clock = liveClock()
  const world = { clock, network: liveNetwork(), vitals: liveVitals() }
  const generator = startLoad(world, planOf({ port, timeoutMs: 20_000 }), new Collected())
  await generator.start()
  await after(100)
  const busy = liveVitals()
  const from = busy.signs().ranMs ?? 0
  // By its own CPU time: on a busy machine that takes longer, and most of it is still its own doing.
  const began = clock.monotonicNs()
  while ((busy.signs().ranMs ?? Infinity) - from < 1_200) Math.sqrt(clock.monotonicNs())
  const tookMs = (clock.monotonicNs() - began) / 1e6
  await after(100)
  const { impediments = [] } = await generator.stop()
  await server.close()
  expect(impediments[0]).toMatch(/^The generator stood still for \d+ ms: it /)
  if (tookMs < 2_000) expect(impediments[0]).toMatch(/it computed for \d+ ms\.$/)
})

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void liveClock().after(ms, resolve))
}
