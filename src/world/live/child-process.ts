import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import type { ChildProcess, ProcessExit, ProcessHandlers, ProcessSpec } from '../processes.ts'
import { errnoOf } from './errno.ts'

/**
 * How long after a process's end its output may stay open: something that it left behind can hold
 * the pipes for ever.
 */
const OUTPUT_WAIT_MS = 200

/** `input`, where given, is its stdin; without it, stdin is at its end. */
export function startProcess(
  spec: ProcessSpec,
  handlers: ProcessHandlers,
  input?: string,
): ChildProcess {
  let ended = false
  const finish = (exit: ProcessExit) => {
    if (ended) return
    ended = true
    handlers.onExit(exit)
  }
  const failed = (error: unknown) =>
    finish({ exitCode: 128, signal: null, startError: errnoOf(error) })

  let child
  try {
    child = spawnDetached(spec, input !== undefined)
  } catch (error) {
    setImmediate(failed, error)
    return { processId: 0 }
  }
  // A program that reads nothing closes the pipe early; that is its right.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)

  const report = child.stdio[3] instanceof Readable ? child.stdio[3] : undefined
  report?.setEncoding('utf8')
  report?.on('data', (text: string) => ended || handlers.onReport?.(text))
  report?.on('end', () => ended || handlers.onReport?.(null))
  child.stdout?.on('data', (bytes: Uint8Array) => ended || handlers.onOutput('stdout', bytes))
  child.stderr?.on('data', (bytes: Uint8Array) => ended || handlers.onOutput('stderr', bytes))
  const streams = [child.stdout, child.stderr, report]
  for (const stream of streams) stream?.on('error', () => undefined)

  child.on('error', failed)
  child.on('exit', (exitCode, signal) => {
    const end = () => {
      clearTimeout(wait)
      finish({ exitCode, signal })
      for (const stream of streams) stream?.destroy()
    }
    // One more turn of the event loop reads what is in the pipes by then.
    const wait = setTimeout(() => setImmediate(end), OUTPUT_WAIT_MS)
    child.on('close', end)
  })
  return { processId: child.pid ?? 0 }
}

function spawnDetached(spec: ProcessSpec, withInput: boolean) {
  const [program = '', ...args] = spec.command
  return spawn(program, args, {
    env: { ...spec.env },
    ...(spec.workingDir === undefined ? {} : { cwd: spec.workingDir }),
    detached: true,
    stdio: [
      withInput ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      ...(spec.report === true ? (['pipe'] as const) : []),
    ],
  })
}

/** A negative id names the whole process group. */
export function signalProcess(processId: number, name: string): boolean {
  try {
    return process.kill(processId, name)
  } catch {
    return false
  }
}
