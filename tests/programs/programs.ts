import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newMaker, type MadeProgram } from '../support/made-programs.ts'

/** An unmodified program as an image of a Deployment. */
export interface PodProgram {
  readonly name: string
  readonly program: MadeProgram
  readonly port: number
  /** The fields of a readiness probe. */
  readonly readiness: object
  /** With which its process ends at SIGTERM. */
  readonly exitCode: number
}

/** Their sources. */
export const APPS = fileURLToPath(new URL('apps', import.meta.url))
const maker = newMaker('programs', { isRequired: process.env['HITLESS_REQUIRE_PROGRAMS'] === '1' })

const FLASK = ['flask==3.1.2', 'gunicorn==23.0.0', 'pyuwsgi==2.0.30']
const HTTP = { httpGet: { path: '/', port: 'main' } }

/** Those that are installed, or that their languages' registries give; the others say why not. */
export async function podPrograms(): Promise<readonly PodProgram[]> {
  const bin = await maker.available(async () => [await maker.pythonWith(FLASK)])
  return [
    { ...(await nginx()), port: 80, readiness: HTTP, exitCode: 0 },
    { ...(await redis()), port: 6379, exitCode: 0, readiness: { exec: { command: PING } } },
    { ...gunicorn(bin), port: 8000, readiness: HTTP, exitCode: 0 },
    { ...uwsgi(bin), port: 8001, readiness: HTTP, exitCode: 0 },
    { ...(await go()), port: 9090, readiness: HTTP, exitCode: 0 },
    { ...(await java()), port: 8080, readiness: HTTP, exitCode: 143 },
  ]
}

const PING = ['redis-cli', 'ping']

/** Debian's, with its own configuration, which changes users: only root has users to change to. */
async function nginx() {
  const program = await maker.available(async () => {
    await maker.found('nginx', ['-v'])
    if (process.getuid?.() !== 0) throw new Error('its configuration needs root')
    return ['nginx', '-g', 'daemon off;']
  })
  return { name: 'nginx', program }
}

async function redis() {
  const program = await maker.available(async () => {
    await maker.found('redis-server', ['--version'])
    return ['redis-server', '--protected-mode', 'no']
  })
  return { name: 'redis', program }
}

function gunicorn(bin: MadeProgram) {
  return {
    name: 'gunicorn',
    program: pythonProgram(bin, ['gunicorn', '--bind', ':8000', 'app:app']),
  }
}

/** `--die-on-term`: of itself uWSGI takes SIGTERM for a reload. */
function uwsgi(bin: MadeProgram) {
  const args = ['--http-socket', ':8001', '--module', 'app:app', '--master', '--die-on-term']
  return { name: 'uwsgi', program: pythonProgram(bin, ['uwsgi', ...args]) }
}

function pythonProgram(bin: MadeProgram, [program = '', ...args]: readonly string[]): MadeProgram {
  const [directory] = bin.command ?? []
  return directory === undefined ? bin : { command: [join(directory, program), ...args] }
}

async function go() {
  const program = await maker.available(async () => {
    await maker.found('go', ['version'])
    const path = join(maker.cache, 'go-server')
    const env = { GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', GOPROXY: 'off', CGO_ENABLED: '0' }
    if (!existsSync(path))
      await maker.run('go', ['build', '-o', path, join(APPS, 'server.go')], { env })
    return [path]
  })
  return { name: 'go', program }
}

async function java() {
  const program = await maker.available(async () => {
    await maker.found('javac', ['-version'])
    if (!existsSync(join(maker.cache, 'Server.class'))) {
      await maker.run('javac', ['-d', maker.cache, join(APPS, 'Server.java')])
    }
    return ['java', '-cp', maker.cache, 'Server']
  })
  return { name: 'java', program }
}
