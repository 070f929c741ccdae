import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type {
  ChildProcess,
  Processes,
  ProcessExit,
  ProcessHandlers,
  ProcessSpec,
} from '../processes.ts'
import { runProcess } from './run.ts'

/**
 * The operating system's processes. Each leads a session of its own, so that a terminal's Ctrl-C
 * does not reach it, and has no stdin but that of `run`.
 */
export function liveProcesses(): Processes {
  return {
    spawn: (spec, handlers) => startProcess(spec, handlers),
    run: runProcess,
    signal: signalProcess,
  }
}

/**
 * How long after a process's end its output may stay open: something it left behind can hold the
 * pipes for ever.
 */
const OUTPUT_WAIT_MS = 200

/** `input`, where given, is its stdin; without it, stdin is at its end. */
export function startProcess(
  spec: ProcessSpec,
  handlers: ProcessHandlers,
  input?: string,
): ChildProcess {
  const [program = '', ...args] = spec.command
  let ended = false
  const finish = (exit: ProcessExit) => {
    if (ended) return
    ended = true
    handlers.onExit(exit)
  }
  const failed = (error: NodeJS.ErrnoException) =>
    finish({ exitCode: 128, signal: null, startError: error.code ?? error.message })

  let child
  try {
    child = spawn(program, args, {
      env: { ...spec.env },
      ...(spec.workingDir === undefined ? {} : { cwd: spec.workingDir }),
      detached: true,
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        ...(spec.report === true ? (['pipe'] as const) : []),
      ],
    })
  } catch (error) {
    setImmediate(failed, error as NodeJS.ErrnoException)
    return { processId: 0 }
  }
  const { stdin, stdout, stderr, stdio } = child
  if (stdin !== null) {
    // A program that reads nothing closes the pipe early; that is its right.
    stdin.on('error', () => undefined)
    stdin.end(input)
  }
  stdout?.on('data', (bytes: Buffer) => ended || handlers.onOutput('stdout', bytes))
  stderr?.on('data', (bytes: Buffer) => ended || handlers.onOutput('stderr', bytes))
  const report = spec.report === true ? (stdio[3] as Readable | null | undefined) : undefined
  report?.setEncoding('utf8')
  report?.on('data', (text: string) => ended || handlers.onReport?.(text))
  report?.on('end', () => ended || handlers.onReport?.(null))
  for (const stream of [stdout, stderr, report]) stream?.on('error', () => undefined)

  child.on('error', failed)
  child.on('exit', (exitCode, exitSignal) => {
    const wait = setTimeout(
      // One more turn of the event loop reads what is already in the pipes.
      () => setImmediate(end),
      OUTPUT_WAIT_MS,
    )
    const end = () => {
      clearTimeout(wait)
      finish({ exitCode, signal: exitSignal })
      for (const stream of [stdout, stderr, report]) stream?.destroy()
    }
    child.on('close', end)
  })
  return { processId: child.pid ?? 0 }
}

/** A negative id names the whole process group. */
export function signalProcess(processId: number, name: string): boolean {
  try {
    return process.kill(processId, name)
  } catch {
    return false
  }
}
