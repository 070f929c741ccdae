import { expect, test } from 'vitest'
import { inTemporaryDirectory, readJson, runHitless } from './run-hitless.ts'
import { SAMPLE, writeSample } from './sample.ts'

/** It holds WebSockets, and at SIGTERM it is gone, with them. */
const SERVER = `import { createHash } from 'node:crypto'
import http from 'node:http'
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const server = http.createServer((_, response) => response.end('hello'))
server.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + GUID
  const accept = createHash('sha1').update(key).digest('base64')
  socket.on('error', () => {})
  // A client that takes its leave is let go.
  socket.on('data', (bytes) => (bytes[0] & 15) === 8 && socket.end(Buffer.from([0x88, 0])))
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\n' +
    'Connection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n')
})
server.listen(8080)
process.on('SIGTERM', () => process.exit(0))
`

interface Report {
  readonly causes: readonly { readonly id: string; readonly requests: number }[]
}

test('a rollout under WebSockets says which of them it cut, and why', async () => {
  await inTemporaryDirectory(async (directory) => {
    const load = 'load: { protocol: websocket, sessions: 4, sessionDuration: 1m }'
    await writeSample(directory, {
      'server.mjs': SERVER,
      'hitless.yaml': SAMPLE['hitless.yaml']?.replace(/load:\n( .*\n)+/, `${load}\n`),
    })
    const { exitCode, stdout, stderr } = await runHitless(['test', '.', '--json', 'report.json'], {
      cwd: directory,
    })
    expect(stdout, stderr).toContain(
      '4 sessions at a time, each held for 1m, WebSocket, no retries',
    )
    expect(stdout).not.toContain('Long-lived connections')
    const report = await readJson<Report>(`${directory}/report.json`)
    expect(report.causes, stdout).toMatchObject([{ id: 'exit-on-sigterm-inflight', requests: 4 }])
    expect(exitCode).toBe(1)
  })
})

test.each([
  ['load: { protocol: sse, rate: 5/s }', /hitless\.yaml:\d+:\d+ {2}error .*load\.rate/],
  ['load: { sessions: 5 }', /hitless\.yaml:\d+:\d+ {2}error .*load\.sessions/],
])('%s is refused with its place', async (load, says) => {
  await inTemporaryDirectory(async (directory) => {
    const settings = SAMPLE['hitless.yaml']?.replace(/load:\n( .*\n)+/, `${load}\n`)
    await writeSample(directory, { 'hitless.yaml': settings })
    const { exitCode, stderr } = await runHitless(['test', '.'], { cwd: directory })
    expect(stderr).toMatch(says)
    expect(exitCode).toBe(2)
  })
})
