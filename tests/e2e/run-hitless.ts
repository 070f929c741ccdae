import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname
const ROOT = new URL('../..', import.meta.url).pathname

export interface HitlessRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly timeoutMs?: number
  /** A command that runs the rest as its arguments. */
  readonly prefix?: readonly string[]
  /** Called with everything printed so far, each time more is printed. */
  readonly onOutput?: (printed: string, processId: number) => void
}

/** Runs the built command as a user would, without a terminal. */
export function runHitless(args: readonly string[], options: RunOptions = {}): Promise<HitlessRun> {
  const { cwd = ROOT, timeoutMs = 170_000, prefix = [], onOutput } = options
  const [program = '', ...words] = [...prefix, process.execPath, MAIN, ...args]
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    let stdout = ''
    let stderr = ''
    const onText = () => onOutput?.(stdout + stderr, child.pid ?? 0)
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes.toString()
      onText()
    })
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString()
      onText()
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.on('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, stdout, stderr })
    })
  })
}

/** A directory of its own for one test, removed afterwards. */
export async function inTemporaryDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'e2e-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The caller says what the file holds; its assertions find out. */
export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8'))
}
