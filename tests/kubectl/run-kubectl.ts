import { spawn } from 'node:child_process'
import type { Filter } from './command-line.ts'
import type { Printed } from './session-text.ts'

/** No command of a session takes longer; one that does is ended and its output compared as it is. */
const TIMEOUT_MS = 90_000

export interface KubectlCall {
  readonly kubectl: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stdin: string
  readonly filters: readonly Filter[]
}

export interface RunningKubectl {
  /** Settles at the first output, or at the end if there is none. */
  readonly started: Promise<void>
  readonly printed: Promise<Printed>
  /** What has been printed so far. */
  readonly output: () => string
  readonly interrupt: () => void
}

export function startKubectl(call: KubectlCall): RunningKubectl {
  const head = call.filters.find((filter) => filter.kind === 'head')?.lines ?? Infinity
  const child = spawn(call.kubectl, call.args, {
    cwd: call.cwd,
    env: call.env,
    stdio: 'pipe',
    timeout: TIMEOUT_MS,
    // Some versions name themselves in what they print and store.
    argv0: 'kubectl',
  })
  let stdout = ''
  let stderr = ''
  const started = Promise.withResolvers<void>()
  const printed = new Promise<Printed>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      started.resolve()
      // A kubectl that was interrupted has no exit code of its own.
      resolve(filter({ stdout, stderr, exitCode: code ?? 0 }, call.filters))
    })
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    started.resolve()
    if (stdout.split('\n').length > head) child.kill('SIGINT')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    started.resolve()
  })
  child.stdin.on('error', () => {})
  child.stdin.end(call.stdin)
  return {
    started: started.promise,
    printed,
    output: () => stdout,
    interrupt: () => void child.kill('SIGINT'),
  }
}

function filter(printed: Printed, filters: readonly Filter[]): Printed {
  return filters.reduce((current, one) => applyFilter(current, one), printed)
}

/** Sorting comes after masking, since it is the masked lines that have an order; see `sortLines`. */
function applyFilter(printed: Printed, filter: Filter): Printed {
  const lines = printed.stdout.split(/(?<=\n)/)
  switch (filter.kind) {
    case 'head':
      return { ...printed, stdout: lines.slice(0, filter.lines).join(''), exitCode: 0 }
    case 'tail':
      return { ...printed, stdout: lines.slice(-filter.lines).join('') }
    case 'sort':
      return printed
  }
}

export function sortLines(text: string): string {
  return text
    .split(/(?<=\n)/)
    .sort()
    .join('')
}
