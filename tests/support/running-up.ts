import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname
/** A loaded machine takes seconds for what takes a tenth of one elsewhere. */
const START_MS_MAX = 60_000
const STOP_MS_MAX = 30_000

export interface RunningUp {
  /** Where the kubeconfig is, as printed for a shell. */
  readonly kubeconfig: string
  /** `https://127.0.0.1:PORT`. */
  readonly url: string
  /** PEM of what signed the server's certificate. */
  readonly authority: string
  readonly token: string
  readonly processId: number
  /** What it has told people so far. */
  readonly stderr: () => string
  /** Ctrl-C. Rejects when it does not end, or not with exit code 0. */
  readonly stop: () => Promise<void>
}

export interface UpOptions {
  /** Default: `--no-node`. */
  readonly args?: readonly string[]
  /** Kept at the end. Default: one of its own, removed when it stops. */
  readonly directory?: string
  /** Without `--data`, which makes a temporary directory. Default false. */
  readonly isTemporary?: boolean
  /** Where it is started. Default: here. */
  readonly cwd?: string
  /** Besides this process's. */
  readonly env?: Readonly<Record<string, string>>
}

/** The built `hitless up` as a process, once it has said that it is ready. */
export async function startUp(options: UpOptions = {}): Promise<RunningUp> {
  const { args = ['--no-node'] } = options
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'running-up-'))
  const removeDirectory = () => {
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
  }
  const data = options.isTemporary === true ? [] : ['--data', directory]
  const child = spawn(process.execPath, [MAIN, 'up', ...data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const seen = { stdout: '', stderr: '' }
  const exit = once(child, 'close').then(([code]) => Number(code ?? -1))
  const isReady = () => /^export KUBECONFIG=/m.test(seen.stdout) && /^ready /m.test(seen.stderr)
  const ready = new Promise<'ready'>((resolve) => {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (bytes: Buffer) => {
        seen[name] += bytes.toString()
        if (isReady()) resolve('ready')
      })
    }
  })
  if ((await first<'ready' | number>(START_MS_MAX, ready, exit)) !== 'ready') {
    child.kill('SIGKILL')
    removeDirectory()
    throw new Error(`hitless up did not become ready:\n${seen.stdout}${seen.stderr}`)
  }
  return {
    ...readKubeconfig(/^export KUBECONFIG=(.+)$/m.exec(seen.stdout)?.[1] ?? ''),
    processId: child.pid ?? 0,
    stderr: () => seen.stderr,
    async stop() {
      child.kill('SIGINT')
      const code = await first(STOP_MS_MAX, exit)
      child.kill('SIGKILL')
      removeDirectory()
      if (code !== 0) throw new Error(`hitless up ended with ${code}:\n${seen.stderr}`)
    },
  }
}

async function first<T>(timeoutMs: number, ...waits: readonly Promise<T>[]): Promise<T | 'late'> {
  const { promise, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), timeoutMs)
  try {
    return await Promise.race([promise, ...waits])
  } finally {
    clearTimeout(timer)
  }
}

/** Of the file only what a client needs that has its own configuration. It is JSON, which is YAML too. */
function readKubeconfig(path: string) {
  const { clusters, users } = JSON.parse(readFileSync(path, 'utf8'))
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster
  return {
    kubeconfig: path,
    url: String(server),
    authority: Buffer.from(String(authority), 'base64').toString(),
    token: String(users[0].user.token),
  }
}
