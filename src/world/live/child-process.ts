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
    started = spawnDetached(spec, input !== undefined || spec.stdin === true)
  } catch (error) {
    setImmediate(() => finish(startFailure(error)))
    return { processId: 0, ...NO_STREAMS }
  }
  const { child, stdout, stderr } = started
  const { stdin } = child
  // A program that reads nothing closes the pipe early; that is its right.
  stdin?.on('error', () => undefined)
  stdin?.on('drain', () => ended || handlers.onDrain?.())
  if (spec.stdin !== true) stdin?.end(input)

  const report = child.stdio[3] instanceof Readable ? child.stdio[3] : null
  report?.setEncoding('utf8')
  report?.on('data', (text: string) => ended || handlers.onReport?.(text))
  report?.on('end', () => ended || handlers.onReport?.(null))
  const gate = new OutputGate()
  gate.read(stdout, (bytes) => ended || handlers.onOutput('stdout', bytes))
  gate.read(stderr, (bytes) => ended || handlers.onOutput('stderr', bytes))
  const streams = [stdout, stderr, report].filter((stream) => stream !== null)
  for (const stream of streams) stream.on('error', () => undefined)
  const closed = Promise.all(streams.map((stream) => closeOf(stream)))

  child.on('error', (error) => {
    finish(startFailure(error))
    for (const stream of streams) stream.destroy()
  })
  child.on('exit', (exitCode, signal) => {
    const end = () => {
      gate.forget()
      finish({ exitCode, signal })
      for (const stream of streams) stream.destroy()
    }
    // One more turn of the event loop reads what is in the pipes by then.
    gate.whenOpenFor(OUTPUT_WAIT_MS, () => setImmediate(end))
    void closed.then(end)
  })
  return {
    processId: child.pid ?? 0,
    writeInput: (bytes) => stdin?.destroyed !== false || stdin.writableEnded || stdin.write(bytes),
    endInput: () => stdin?.end(),
    pauseOutput: () => gate.close(),
    resumeOutput: () => gate.open(),
  }
}

const NO_STREAMS = {
  writeInput: () => true,
  endInput: () => undefined,
  pauseOutput: () => undefined,
  resumeOutput: () => undefined,
}

/**
 * Whether output is read. The wait for what a process has left in its pipes counts only while it is. Chunks are
 * taken one by one: a stream that flows is set flowing again by Node at the end of its process.
 */
class OutputGate {
  readonly #pumps: (() => void)[] = []
  #isOpen = true
  #waiting: { readonly ms: number; readonly onOver: () => void } | undefined
  #timer: NodeJS.Timeout | undefined

  read(stream: Readable | null, onBytes: (bytes: Uint8Array) => void): void {
    if (stream === null) return
    const pump = () => {
      while (this.#isOpen) {
        const bytes: Uint8Array | null = stream.read()
        if (bytes === null) return
        onBytes(bytes)
      }
    }
    stream.on('readable', pump)
    this.#pumps.push(pump)
  }

  close(): void {
    this.#isOpen = false
    clearTimeout(this.#timer)
  }

  open(): void {
    this.#isOpen = true
    for (const pump of this.#pumps) pump()
    if (this.#waiting !== undefined) this.whenOpenFor(this.#waiting.ms, this.#waiting.onOver)
  }

  whenOpenFor(ms: number, onOver: () => void): void {
    this.#waiting = { ms, onOver }
    clearTimeout(this.#timer)
    if (this.#isOpen) this.#timer = setTimeout(onOver, ms)
  }

  forget(): void {
    this.#waiting = undefined
    clearTimeout(this.#timer)
  }
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
