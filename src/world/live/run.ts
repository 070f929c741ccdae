import { Buffer } from 'node:buffer'
import { constants } from 'node:os'
import type { Processes, ProcessExit, RunResult } from '../processes.ts'
import { signalProcess, startProcess } from './child-process.ts'

const OUTPUT_BYTES_MAX = 1024 * 1024

/** `Processes.run`: without `env` the program gets hitless's own environment. */
export function runProcess(
  command: readonly string[],
  options: Parameters<Processes['run']>[1],
): Promise<RunResult> {
  const { outputBytesMax = OUTPUT_BYTES_MAX, workingDir, signal } = options
  const stdout = new BoundedText(outputBytesMax)
  const stderr = new BoundedText(outputBytesMax)
  return new Promise((resolve) => {
    let timedOut = false
    // The whole group, so that a program that runs inside another one (nsenter) ends too.
    const kill = () => {
      if (child.processId > 0) signalProcess(-child.processId, 'SIGKILL')
    }
    const timeout = setTimeout(() => {
      timedOut = true
      kill()
    }, options.timeoutMs)
    const child = startProcess(
      {
        command,
        env: options.env ?? ownEnvironment(),
        ...(workingDir === undefined ? {} : { workingDir }),
      },
      {
        onOutput: (stream, bytes) => (stream === 'stdout' ? stdout : stderr).add(bytes),
        onExit: (exit) => {
          clearTimeout(timeout)
          signal?.removeEventListener('abort', kill)
          const complaint =
            exit.startError === undefined ? '' : `cannot run ${command[0]}: ${exit.startError}\n`
          resolve({
            exitCode: exitCodeOf(exit),
            stdout: stdout.text(),
            stderr: `${stderr.text()}${complaint}`,
            timedOut,
          })
        },
      },
      options.input,
    )
    if (signal?.aborted === true) kill()
    else signal?.addEventListener('abort', kill)
  })
}

/** As a shell reports it: 126 and 127 for a program that cannot be run, 128 + n for signal n. */
function exitCodeOf({ exitCode, signal, startError }: ProcessExit): number {
  if (startError !== undefined) return startError === 'ENOENT' ? 127 : 126
  if (signal !== null) return 128 + signalNumber(signal)
  return exitCode ?? 128
}

function signalNumber(name: string): number {
  return Object.entries(constants.signals).find(([signal]) => signal === name)?.[1] ?? 0
}

function ownEnvironment(): Record<string, string> {
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined) own[name] = value
  return own
}

/** Keeps the first `bytesMax` bytes and lets the rest go. */
class BoundedText {
  readonly #chunks: Buffer[] = []
  #roomBytes: number

  constructor(bytesMax: number) {
    this.#roomBytes = bytesMax
  }

  add(bytes: Uint8Array): void {
    if (this.#roomBytes === 0) return
    const taken = Buffer.from(bytes.subarray(0, this.#roomBytes))
    this.#chunks.push(taken)
    this.#roomBytes -= taken.length
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString()
  }
}
