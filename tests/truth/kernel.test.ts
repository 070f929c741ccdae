import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { planOf, type PlanChanges } from '../../src/load/testing/load-run.ts'
import { answerWell, LyingServer } from '../../src/load/testing/lying-server.ts'
import type { ProgramInput, ProgramResult } from './load-program.ts'

/** What the kernel and the name service do to requests, for real. Nothing leaves this machine. */

const REQUESTS = 40
const PROGRAM = fileURLToPath(new URL('./load-program.ts', import.meta.url))
/** Nobody has these addresses (RFC 5737); in a network namespace without routes, nobody can. */
const NOBODY = '192.0.2.1'

const NAMESPACE = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c']
const PLAIN = ['sh', '-c']
const hasNamespaces =
  spawnSync(NAMESPACE[0]!, [...NAMESPACE.slice(1), 'ip link set lo up']).status === 0

/** All at once, each on a connection of its own. */
const AT_ONCE: PlanChanges = {
  arrivals: { kind: 'recorded', offsetsNs: Array.from({ length: REQUESTS }, () => 0) },
  lanes: [{ lane: 'new', share: 1 }],
  // Time enough for any machine, where it is not what is tested.
  timeoutMs: 60_000,
  connectTimeoutMs: 60_000,
}

/** Runs the engine in a shell of its own, after what the shell is told. */
async function runIn(
  shell: readonly string[],
  prelude: string,
  changes: PlanChanges,
  serves = false,
): Promise<ProgramResult> {
  const input: ProgramInput = { plan: planOf({ ...AT_ONCE, ...changes }), serves }
  const script = `${prelude}; exec "$0" "$@"`
  const [command, ...args] = [...shell, script, process.execPath, PROGRAM]
  const child = spawn(command, [...args, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let complaints = ''
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (complaints += bytes.toString()))
  await once(child, 'close')
  if (output === '') throw new Error(complaints)
  const result: ProgramResult = JSON.parse(output)
  expect(result).toMatchObject({ planned: REQUESTS, faults: [] })
  return result
}

test('a name that does not exist is `dns`', async () => {
  const target = { host: 'hitless.invalid', port: 80, authority: 'test' }
  // Without a network nobody can be asked, which is known at once.
  const { outcomes } = await runIn(hasNamespaces ? NAMESPACE : PLAIN, 'true', { target })
  expect(outcomes).toEqual({ dns: REQUESTS })
})

test.runIf(hasNamespaces)('an address without a route is `connect-unreachable`', async () => {
  const target = { host: NOBODY, port: 80, authority: 'test' }
  const { outcomes, errnos } = await runIn(NAMESPACE, 'ip link set lo up', { target })
  expect(outcomes).toEqual({ 'connect-unreachable': REQUESTS })
  expect(errnos).toEqual(['ENETUNREACH'])
})

test.runIf(hasNamespaces)('ports that are used up are our own `local-limit`', async () => {
  const few = 'echo "50000 50015" > /proc/sys/net/ipv4/ip_local_port_range'
  const result = await runIn(NAMESPACE, `ip link set lo up; ${few}`, {}, true)
  const { ok = 0, 'local-limit': limited = 0, ...others } = result.outcomes
  expect(others).toEqual({})
  expect(result.served).toEqual({ ok })
  expect(limited).toBeGreaterThanOrEqual(REQUESTS - 16)
  expect(result.errnos).toEqual(['EADDRNOTAVAIL'])
})

test('files that are used up are our own `local-limit`', async () => {
  const server = new LyingServer(answerWell)
  const target = { host: '127.0.0.1', port: await server.listen(), authority: 'test' }
  const result = await runIn(PLAIN, 'ulimit -n 40', { target })
  await server.close()
  const { ok = 0, 'local-limit': limited = 0, ...others } = result.outcomes
  expect(others).toEqual({})
  expect({ ok }).toEqual({ ok: server.deeds.ok ?? 0 })
  expect(limited).toBeGreaterThan(0)
  expect(result.errnos).toEqual(['EMFILE'])
})

/** Of the connections that a listener with a backlog of one takes, when nobody accepts: that one, and one more. */
const BACKLOG_ROOM = 2

test('a SYN that is dropped is `connect-timeout`', async () => {
  const server = spawn(
    process.execPath,
    [
      '-e',
      `let accepted = 0
       const server = require('node:net').createServer((socket) => {
         accepted++
         socket.on('error', () => undefined)
       })
       server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))
       // One is accepted in a turn: what else waits would be, too.
       const tell = (turns) => {
         if (turns > 0) return setImmediate(tell, accepted < ${BACKLOG_ROOM} ? turns : turns - 1)
         console.log(accepted)
         process.exit()
       }
       process.stdin.once('data', () => tell(100))`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const fillers: Socket[] = []
  try {
    const port = Number(await lineFrom(server.stdout))
    server.kill('SIGSTOP')
    for (let filler = 0; filler < BACKLOG_ROOM; filler++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      fillers.push(socket)
      await once(socket, 'connect')
    }
    const target = { host: '127.0.0.1', port, authority: 'test' }
    const { outcomes } = await runIn(PLAIN, 'true', { target, connectTimeoutMs: 300 })
    expect(outcomes).toEqual({ 'connect-timeout': REQUESTS })
    server.kill('SIGCONT')
    server.stdin.write('how many?\n')
    expect(Number(await lineFrom(server.stdout))).toBe(BACKLOG_ROOM)
  } finally {
    for (const socket of fillers) socket.destroy()
    server.kill('SIGKILL')
  }
})

async function lineFrom(stream: NodeJS.ReadableStream): Promise<string> {
  const [bytes]: unknown[] = await once(stream, 'data')
  return String(bytes).trim()
}
