import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'

const MIB = 1_048_576
/** Far above what a load takes (100 MB) and far below what the server sends. */
const MEMORY_MB_MAX = 250
/** With every one of these a busy machine may have been in the generator's way, which it tells: exit code 3. */
const DROPPED_OR_IMPEDED = [1, 3]
const OK_OR_IMPEDED = [0, 3]

/** Of a user who is root in it, and of whoever runs the tests outside. */
const NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c']

const CHUNK = Buffer.alloc(MIB, 'a')
const ZIPPED = gzipSync('hello')

/** A request came that gets no answer. */
let onNever: () => void = () => undefined

/** What the server does with a request, by its path. */
const ANSWERS: Readonly<Record<string, (socket: Socket) => void>> = {
  '/': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  '/never': () => onNever(),
  '/body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n')
    pour(socket, () => CHUNK)
  },
  '/head': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Long: ')
    pour(socket, () => CHUNK, 10)
  },
  '/headers': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    pour(socket, (piece) => headersFrom(piece * 1_000), 1_000)
  },
  '/redirect': (socket) =>
    socket.write('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
  '/gzip': (socket) => {
    const head = `Content-Encoding: gzip\r\nContent-Length: ${ZIPPED.length}`
    socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`)
    socket.write(ZIPPED)
  },
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    const [, path = ''] = /^\w+ (\S+)/.exec(bytes.toString('latin1')) ?? []
    asked.set(path, (asked.get(path) ?? 0) + 1)
    ANSWERS[path]?.(socket)
  })
})
const asked = new Map<string, number>()
let base = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  base = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
})
afterAll(() => void server.close())

function headersFrom(first: number): Buffer {
  return Buffer.from(Array.from({ length: 1_000 }, (_, n) => `X-${first + n}: 1\r\n`).join(''))
}

/** As fast as it is read, so that the server's own memory is bounded, too. */
function pour(socket: Socket, piece: (index: number) => Buffer, pieces = Infinity): void {
  let index = 0
  const go = () => {
    while (index < pieces && !socket.destroyed) {
      if (!socket.write(piece(index++))) return void socket.once('drain', go)
    }
  }
  go()
}

interface LoadJson {
  readonly planned: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly statuses: Readonly<Record<string, number>>
  readonly generator: { readonly planned: number; readonly impediments?: readonly string[] }
}

/** Runs `hitless load` to its end. */
async function load(args: readonly string[], onOutput?: (processId: number) => void) {
  const run = await runHitless(['load', ...args, '--view', 'json'], {
    timeoutMs: 60_000,
    ...(onOutput === undefined ? {} : { onOutput: (_, processId) => onOutput(processId) }),
  })
  // The caller's assertions find out whether it is that.
  const json: LoadJson = run.stdout === '' ? undefined : JSON.parse(run.stdout)
  return { ...run, json }
}

test.each([
  ['a body of 10 GB', '/body', { 'timeout-stalled': 3 }],
  ['a head of 10 MB', '/head', { malformed: 3 }],
  ['a million names of headers', '/headers', { malformed: 3 }],
])('%s ends as what it is, in bounded memory', async (_, path, outcomes) => {
  await inTemporaryDirectory(async (cwd) => {
    const args = [`${base}${path}`, '--requests', '3', '--rate', '10/s', '--timeout', '2s']
    // GNU time, where it is: what the kernel counts of a process that is gone.
    const peak = `${cwd}/peak`
    const measured = spawnSync('/usr/bin/time', ['--version']).error === undefined
    const prefix = measured ? ['/usr/bin/time', '-q', '-f', '%M', '-o', peak] : []
    const run = await runHitless(['load', ...args, '--view', 'json'], { prefix })
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toMatchObject({ planned: 3, outcomes })
    expect(DROPPED_OR_IMPEDED).toContain(run.exitCode)
    if (measured) {
      expect(Number(readFileSync(peak, 'utf8')) / 1_024).toBeLessThan(MEMORY_MB_MAX)
    }
  })
})

test('redirects are counted and not followed', async () => {
  const before = asked.get('/') ?? 0
  const { json, exitCode } = await load([`${base}/redirect`, '--requests', '20'])
  expect(json).toMatchObject({ outcomes: { ok: 20 }, statuses: { 302: 20 } })
  expect(OK_OR_IMPEDED).toContain(exitCode)
  expect(asked.get('/') ?? 0).toBe(before)
})

test('a body in gzip is looked at as it came', async () => {
  const args = [`${base}/gzip`, '--requests', '5', '--expect-body']
  const [decoded, length] = await Promise.all([
    load([...args, 'hello']),
    load([`${base}/gzip`, '--requests', '5', '--expect-body-length', String(ZIPPED.length)]),
  ])
  expect(decoded.json).toMatchObject({ outcomes: { mismatch: 5 } })
  expect(length.json).toMatchObject({ outcomes: { ok: 5 } })
})

test('one that cannot be reached is told request by request', async () => {
  const refused = await load(['http://127.0.0.1:1/', '--requests', '5'])
  expect(refused.json).toMatchObject({ planned: 5, outcomes: { 'connect-refused': 5 } })
  expect(DROPPED_OR_IMPEDED).toContain(refused.exitCode)
})

test.each([
  [/it is no URL/, ['http://']],
  [/port 70000 is out of range/, [':70000']],
  [/port 70000 is out of range/, ['http://127.0.0.1:70000/']],
  [/ftp:\/\/ is not supported/, ['ftp://127.0.0.1/']],
  [/--rate 0: not understood[^]*at most 100000\/s/, ['URL', '--rate', '0']],
  [/--rate 1000000000\/s[^]*at most 100000\/s/, ['URL', '--rate', '1000000000/s']],
  [/--duration 90000h[^]*24h at most/, ['URL', '--duration', '90000h']],
  [/--lanes idle=2[^]*new, reused and idle/, ['URL', '--lanes', 'idle=2']],
  [/--workers 65[^]*1 to 64/, ['URL', '--workers', '65']],
  [/--rate/, ['--read', 'run.ledger', '--rate', '5/s']],
  [/^error: [^\n]{1,400}\n/, ['URL', '--header', `X: ${'a'.repeat(100_000)}\n`]],
])('what is wrong is refused before anything is sent: %s', async (says, args) => {
  const run = await runHitless(['load', ...args.map((arg) => arg.replace('URL', `${base}/`))])
  expect(run.stderr).toMatch(says)
  expect(run.stderr.length).toBeLessThan(1_000)
  expect(run.stdout).toBe('')
  expect(run.exitCode).toBe(2)
})

test('records that the disk refuses are told at once, and the summary is whole', async () => {
  await inTemporaryDirectory(async (cwd) => {
    const small = `${cwd}/small`
    // A file system of 64 kB, in a mount namespace that ends with the command.
    const mounted = `mkdir -p ${small} && mount -t tmpfs -o size=64k none ${small} && exec "$@"`
    const prefix = [...NAMESPACE, mounted, 'sh']
    const [command = '', ...words] = prefix
    if (spawnSync(command, [...words, 'true']).status !== 0) return
    const args = ['--requests', '3000', '--rate', '3000/s', '--output', `${small}/run.ledger`]
    const { exitCode, stdout, stderr } = await runHitless(['load', `${base}/`, ...args], { prefix })
    expect(stderr).toContain(`error: records are missing in ${small}/run.ledger: `)
    expect(stdout).toContain('of 3,000 requests dropped')
    expect(exitCode).toBe(3)
  })
})

test('Ctrl-C before the first answer waits for it, and sums up', async () => {
  let isTold = false
  const args = [`${base}/never`, '--rate', '50/s', '--timeout', '2s', '--view', 'rows']
  const run = await runHitless(['load', ...args], {
    onOutput: (_, processId) => {
      if (isTold) return
      // The header of the rows: nothing has been sent yet, or just so.
      isTold = true
      process.kill(processId, 'SIGINT')
    },
  })
  expect(run.stdout).toMatch(/requests dropped/)
  expect(run.exitCode).toBe(130)
})

test('Ctrl-C in the middle ends with what was asked until then, each answered', async () => {
  let isTold = false
  const before = asked.get('/') ?? 0
  const run = await runHitless(['load', `${base}/`, '--rate', '100/s', '--duration', '1h'], {
    onOutput: (printed, processId) => {
      if (isTold || !/^ +1s /m.test(printed)) return
      isTold = true
      process.kill(processId, 'SIGINT')
    },
  })
  expect(run.exitCode).toBe(130)
  const [, planned = ''] = /^\w+ {2}0 of ([\d,]+) requests dropped/m.exec(run.stdout) ?? []
  expect(Number(planned.replace(',', ''))).toBe((asked.get('/') ?? 0) - before)
})

test('a second Ctrl-C while answers are waited for ends at once, and says how many are missing', async () => {
  let isLeft = false
  const args = [`${base}/never`, '--rate', '50/s', '--timeout', '10m']
  const run = await runHitless(['load', ...args], {
    onOutput: (printed, processId) => {
      onNever = () => {
        onNever = () => undefined
        process.kill(processId, 'SIGINT')
      }
      if (isLeft || !/^note: waiting for \d+ answer/m.test(printed)) return
      isLeft = true
      process.kill(processId, 'SIGINT')
    },
  })
  const [, waiting = ''] = /^note: waiting for (\d+) answer/m.exec(run.stderr) ?? []
  expect(run.stdout).toContain(
    `a second Ctrl-C; ${waiting} of ${waiting} planned requests are in no figure`,
  )
  expect(run.exitCode).toBe(130)
}, 60_000)

test('the idle lane alone is a load', async () => {
  const { json, exitCode } = await load([`${base}/`, '--lanes', 'idle', '--requests', '30'])
  expect(json).toMatchObject({ planned: 30, outcomes: { ok: 30 } })
  expect(OK_OR_IMPEDED).toContain(exitCode)
})
