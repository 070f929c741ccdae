import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { liveCredentials } from '../src/world/live/credentials.ts'

export interface BenchServer {
  readonly port: number
  /** With a certificate of its own making; missing where there is no nginx. */
  readonly tlsPort?: number
  /** HTTP/2 by prior knowledge; missing where there is no nginx. */
  readonly h2cPort?: number
  readonly description: string
  stop(): Promise<void>
}

/** The server has a core of its own, where there are two or more. */
export const hasPins = cpus().length > 1 && spawnSync('taskset', ['-V']).error === undefined
export const SERVER_PIN = hasPins ? ['taskset', '-c', '0'] : []

const BODY = 'hello, hitless!'
const WAIT_MS = 20
const WAITS_MAX = 250

/** nginx with one worker where it is installed, else a Node server in a process of its own. */
export async function startServer(pin: readonly string[]): Promise<BenchServer> {
  const port = await freePort()
  const tlsPort = await freePort()
  const h2cPort = await freePort()
  const version = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  const directory = mkdtempSync(join(tmpdir(), 'hitless-bench-'))
  const isNginx = version.error === undefined
  const command = isNginx
    ? await nginxCommand(directory, { port, tlsPort, h2cPort })
    : nodeCommand(port)
  const child = spawn([...pin, ...command][0]!, [...pin, ...command].slice(1), { stdio: 'ignore' })
  await waitForPort(port, child)
  return {
    port,
    ...(isNginx ? { tlsPort, h2cPort } : {}),
    description: isNginx
      ? `${version.stderr.trim().replace('nginx version: ', '')}, 1 worker`
      : `Node ${process.version} (nginx is not installed)`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      // SIGQUIT ends nginx and its worker, which tidy up in the directory until they are gone.
      child.kill(isNginx ? 'SIGQUIT' : 'SIGKILL')
      if (child.exitCode === null) await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function nginxCommand(
  directory: string,
  { port, tlsPort, h2cPort }: Record<'port' | 'tlsPort' | 'h2cPort', number>,
): Promise<string[]> {
  const names = { dnsNames: ['localhost'], addresses: ['127.0.0.1'], nowMs: Date.now() }
  const { certificate, key } = await liveCredentials().newServer(names)
  writeFileSync(join(directory, 'tls.crt'), certificate)
  writeFileSync(join(directory, 'tls.key'), key, { mode: 0o600 })
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join('\n')
  writeFileSync(
    join(directory, 'nginx.conf'),
    `worker_processes 1;
daemon off;
pid ${directory}/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000000;
  ${temporary}
  server {
    listen 127.0.0.1:${port} backlog=8192;
    listen 127.0.0.1:${h2cPort} http2 backlog=8192;
    listen 127.0.0.1:${tlsPort} ssl backlog=8192;
    ssl_certificate ${directory}/tls.crt;
    ssl_certificate_key ${directory}/tls.key;
    location / { default_type text/plain; return 200 "${BODY}"; }
  }
}
`,
  )
  return ['nginx', '-p', directory, '-c', join(directory, 'nginx.conf')]
}

function nodeCommand(port: number): string[] {
  const answer = `HTTP/1.1 200 OK\\r\\nContent-Length: ${BODY.length}\\r\\n\\r\\n${BODY}`
  const source = `require('node:net').createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      const closes = /connection: close/i.test(bytes.latin1Slice())
      if (closes) socket.end('${answer}'); else socket.write('${answer}')
    })
  }).listen(${port}, '127.0.0.1')`
  return [process.execPath, '-e', source]
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  for (let wait = 0; wait < WAITS_MAX; wait++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
  }
  child.kill('SIGKILL')
  throw new Error('the server did not open its port')
}
