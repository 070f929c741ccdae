import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { ChildProcess, ProcessExit, ProcessHandlers, ProcessSpec } from '../processes.ts'
import { errnoOf } from './errno.ts'
import { openNamedPipe, type NamedPipe } from './named-pipe.ts'

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

  let started
  try {
    started = spawnDetached(spec, input !== undefined)
  } catch (error) {
    setImmediate(() => finish(startFailure(error)))
    return { processId: 0 }
  }
  const { child, stdout, stderr } = started
  // A program that reads nothing closes the pipe early; that is its right.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)

  const report = child.stdio[3] instanceof Readable ? child.stdio[3] : null
  report?.setEncoding('utf8')
  report?.on('data', (text: string) => ended || handlers.onReport?.(text))
  report?.on('end', () => ended || handlers.onReport?.(null))
  stdout?.on('data', (bytes: Uint8Array) => ended || handlers.onOutput('stdout', bytes))
  stderr?.on('data', (bytes: Uint8Array) => ended || handlers.onOutput('stderr', bytes))
  const streams = [stdout, stderr, report].filter((stream) => stream !== null)
  for (const stream of streams) stream.on('error', () => undefined)
  const closed = Promise.all(streams.map((stream) => closeOf(stream)))

  child.on('error', (error) => {
    finish(startFailure(error))
    for (const stream of streams) stream.destroy()
  })
  child.on('exit', (exitCode, signal) => {
    const end = () => {
      clearTimeout(wait)
      finish({ exitCode, signal })
      for (const stream of streams) stream.destroy()
    }
    // One more turn of the event loop reads what is in the pipes by then.
    const wait = setTimeout(() => setImmediate(end), OUTPUT_WAIT_MS)
    void closed.then(end)
  })
  return { processId: child.pid ?? 0 }
}

function startFailure(error: unknown): ProcessExit {
  return { exitCode: 128, signal: null, startError: errnoOf(error) }
}

function closeOf(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve))
}

function spawnDetached(spec: ProcessSpec, withInput: boolean) {
  const [program = '', ...args] = spec.command
  const named: NamedPipe[] = []
  const open = (path: string | undefined) => {
    if (path === undefined) return undefined
    const pipe = openNamedPipe(path)
    named.push(pipe)
    return pipe
  }
  try {
    const stdout = open(spec.outputPaths?.stdout)
    const stderr = open(spec.outputPaths?.stderr)
    const child = spawn(program, args, {
      env: { ...spec.env },
      ...(spec.workingDir === undefined ? {} : { cwd: spec.workingDir }),
      detached: true,
      stdio: [
        withInput ? 'pipe' : 'ignore',
        stdout?.writeDescriptor ?? 'pipe',
        stderr?.writeDescriptor ?? 'pipe',
        ...(spec.report === true ? (['pipe'] as const) : []),
      ],
    })
    return {
      child,
      stdout: stdout?.reader ?? child.stdout,
      stderr: stderr?.reader ?? child.stderr,
    }
  } catch (error) {
    for (const { reader } of named) reader.destroy()
    throw error
  } finally {
    // The child has its own copies; ours would keep the pipes from ending.
    for (const { writeDescriptor } of named) closeSync(writeDescriptor)
  }
}

/** A negative id names the whole process group. */
export function signalProcess(processId: number, name: string): boolean {
  try {
    return process.kill(processId, name)
  } catch {
    return false
  }
}
