import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { kubectlMissing, kubectls, type Kubectl } from '../support/kubectl.ts'
import { startStreamingServer } from '../support/streaming-server.ts'

let cache = ''
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'hitless-kubectl-'))
})
afterAll(() => rmSync(cache, { recursive: true, force: true }))

/**
 * An API server opens with an empty message, and kubectl remarks on it when it comes before it has made its streams.
 * A message with something in it would be missed by the tests.
 */
const EARLY_MESSAGE = /^E\d{4} .* websocket\.go:\d+\] Unknown stream id 1, discarding message\n/gm

function start({ path }: Kubectl, url: string, args: readonly string[], env = {}) {
  const own = ['--kubeconfig=/dev/null', `--server=${url}`, `--cache-dir=${cache}`]
  const child = spawn(path, [...own, ...args], { env: { ...process.env, HOME: cache, ...env } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const seen = { stdout: '', stderr: '' }
  // Killed, it takes no more.
  child.stdin.on('error', () => undefined)
  child.stdout.on('data', (chunk) => (seen.stdout += chunk))
  child.stderr.on('data', (chunk) => (seen.stderr += chunk))
  const exit = once(child, 'close').then(([exitCode]) => ({
    exitCode,
    ...seen,
    stderr: seen.stderr.replaceAll(EARLY_MESSAGE, ''),
  }))
  return { child, seen, exit }
}

/** With its stdin at its end. */
function run(...parameters: Parameters<typeof start>) {
  const { child, exit } = start(...parameters)
  child.stdin.end()
  return exit
}

/** Before 1.30, or when it is told so, kubectl speaks SPDY: a few versions of it are enough. */
const DIALECTS = kubectls().flatMap((kubectl) => {
  const minor = Number(kubectl.version.split('.')[1])
  const hasWebSockets = minor >= 30
  const spdy = { kubectl, env: dialect('false'), upgrade: 'SPDY/3.1' }
  const webSocket = { kubectl, env: dialect('true'), upgrade: 'websocket' }
  return [...(hasWebSockets ? [webSocket] : []), ...(minor % 2 === 1 && minor !== 31 ? [spdy] : [])]
})

function dialect(webSockets: 'true' | 'false') {
  return {
    KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets,
    KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets,
  }
}

describe.skipIf(DIALECTS.length === 0)(`kubectl${kubectlMissing()}`, () => {
  describe.each(DIALECTS)('$kubectl.version over $upgrade', ({ kubectl, env, upgrade }) => {
    test('exec passes on output, errors and exit code', async () => {
      const { url, upgrades, errors } = await startStreamingServer()
      const end = await run(kubectl, url, ['exec', 'web', '--', 'say', '3'], env)
      expect(end).toEqual({
        exitCode: 3,
        stdout: 'to stdout\n',
        stderr: 'to stderr\ncommand terminated with exit code 3\n',
      })
      expect(upgrades).toEqual([upgrade])
      expect(await run(kubectl, url, ['exec', 'web', '--', 'say'], env)).toMatchObject({
        exitCode: 0,
      })
      expect(errors).toEqual([])
    })

    test('exec -i sends megabytes, their end, and gets them back', async () => {
      const { url, access } = await startStreamingServer()
      const { child, exit } = start(kubectl, url, ['exec', '-i', 'web', '--', 'cat'], env)
      const text = Array.from({ length: 200_000 }, (_, index) => `line ${index}\n`).join('')
      child.stdin.end(text)
      const { stdout, exitCode } = await exit
      expect(exitCode).toBe(0)
      expect(stdout === text).toBe(true)
      expect(access.asked[0]).toMatchObject({ command: ['cat'], stdin: true, tty: false })
    })

    test('a command that cannot be run, and a container that is gone, are told', async () => {
      const { url } = await startStreamingServer()
      const missing = await run(kubectl, url, ['exec', 'web', '--', 'missing'], env)
      expect(missing.exitCode).toBe(1)
      expect(missing.stderr).toContain(
        'Internal error occurred: error executing command in container: exec: "missing"',
      )
      const gone = await run(kubectl, url, ['exec', 'web', '--', 'gone'], env)
      expect(gone.stderr).toContain('unable to upgrade connection: container not found ("app")')
      const other = await run(kubectl, url, ['exec', 'web', '-c', 'nope', '--', 'say'], env)
      expect(other.stderr).toContain('container nope is not valid for pod web')
    })

    test('attach joins the output of the container', async () => {
      const { url, access } = await startStreamingServer()
      const { child, seen } = start(kubectl, url, ['attach', 'web'], env)
      await expect.poll(() => seen.stdout, { timeout: 10_000 }).toContain('attached\n')
      expect(access.asked[0]).not.toHaveProperty('command')
      child.kill('SIGKILL')
      await expect.poll(() => access.stopped, { timeout: 10_000 }).toBe(1)
    })

    test('port-forward carries connections side by side, large, half closed and refused', async () => {
      const { url, upgrades, errors } = await startStreamingServer()
      const backend = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
      await once(backend.listen(0, '127.0.0.1'), 'listening')
      onTestFinished(() => void backend.close())
      const http = createHttpServer((_, answer) => answer.end('x'.repeat(3_000_000)))
      await once(http.listen(0, '127.0.0.1'), 'listening')
      onTestFinished(() => void http.close())
      const closed = createServer()
      await once(closed.listen(0, '127.0.0.1'), 'listening')
      const closedPort = portOf(closed)
      closed.close()
      const ports = [`:${portOf(http)}`, `:${closedPort}`]
      const { seen } = start(kubectl, url, ['port-forward', 'web', ...ports], env)
      const local = await forwardedPorts(seen, 2)
      const urls = Array.from({ length: 10 }, () => `http://127.0.0.1:${local[0]}/`)
      const bodies = await Promise.all(
        urls.map(async (each) => (await (await fetch(each)).text()).length),
      )
      expect(new Set(bodies)).toEqual(new Set([3_000_000]))
      await expect(fetch(`http://127.0.0.1:${local[1]}/`)).rejects.toThrow()
      await expect
        .poll(() => seen.stderr, { timeout: 10_000 })
        .toContain(`error forwarding port ${closedPort} to pod web, uid uid-1`)
      expect(upgrades).toEqual([upgrade])
      expect(errors).toEqual([])
    })
  })

  describe.each(kubectls().filter(({ version }) => Number(version.split('.')[1]) >= 30))(
    '$version',
    (kubectl) => {
      test('logs are read, followed, and refused in the words of the API server', async () => {
        const { url, access } = await startStreamingServer()
        const flags = ['--tail=2', '--timestamps', '--limit-bytes=100', '--since=1h']
        const { stdout } = await run(kubectl, url, ['logs', 'web', ...flags])
        expect(stdout).toBe('first\nsecond\n')
        expect(access.asked[0]).toMatchObject({
          tailLines: 2,
          timestamps: true,
          limitBytes: 100,
          follow: false,
        })
        expect(await run(kubectl, url, ['logs', 'web', '--previous'])).toEqual({
          exitCode: 1,
          stdout: '',
          stderr:
            'Error from server (BadRequest): previous terminated container "app" in pod "web" not found\n',
        })
        const { child, seen } = start(kubectl, url, ['logs', '-f', 'web'])
        await expect.poll(() => seen.stdout, { timeout: 10_000 }).toBe('first\nsecond\n')
        child.kill('SIGKILL')
        await expect.poll(() => access.stopped, { timeout: 10_000 }).toBe(1)
      })
    },
  )
})

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function forwardedPorts(seen: { readonly stdout: string }, count: number) {
  const read = () => [...seen.stdout.matchAll(/from 127\.0\.0\.1:(\d+)/g)].map(([, port]) => port)
  await expect.poll(read, { timeout: 10_000 }).toHaveLength(count)
  return read()
}
