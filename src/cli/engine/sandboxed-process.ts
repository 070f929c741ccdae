import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { Duplex, type Readable, type Writable } from 'node:stream'
import { HitlessError } from '../../base/error.ts'
import { handOver } from '../inherited-descriptors.ts'
import { INTERRUPTED, onInterrupt } from '../interrupts.ts'
import { joinSandboxCommand } from '../../runtime/sandbox-holder.ts'
import {
  enterSandboxCommand,
  LIFELINE_DESCRIPTOR,
  withUsualPlaces,
} from '../../runtime/sandbox-support.ts'
import { offerHostServices } from './host-services.ts'
import { mapAllUsers, mayMapUsers } from './map-users.ts'
import type { Holder } from './sandbox-holder.ts'

/** MiB. V8 lets each of a nursery's two halves grow to 32 before it looks for old garbage; serving watches makes garbage only. */
const MEMORY_FLAGS: readonly string[] = ['--max-semi-space-size=4']
/**
 * Bytes. glibc raises both bounds when large buffers come and go, as those of logs do, and then keeps what it has been given back: tens
 * of MiB. Set, they stay at their defaults. Pods do not see them.
 */
const MEMORY_ENV = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' } as const

/** Besides what host-services.ts says, the only message between the two processes; the outer one's end is told by the channel's. */
interface InterruptMessage {
  readonly kind: 'interrupt'
}

export interface SandboxedProgram {
  /** The JavaScript file that Node runs inside. */
  readonly entry: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** As checkSandbox found it. Default true. */
  readonly userNamespace?: boolean
  /** The descriptor of a listening socket, which the program inside finds as LISTENER_DESCRIPTOR: it stays one of the network outside. */
  readonly listener?: number
  /** Namespaces that outlive this process. Absent: new ones, which end with it. */
  readonly holder?: Holder
}

/** Above those that the commands here use themselves, and KEEP_DESCRIPTOR. */
export const LISTENER_DESCRIPTOR = 6
/** From here on lie those that the command line names. */
const NAMED_DESCRIPTOR = 7

/**
 * Runs Node inside namespaces of its own and returns its exit code. Its session is its own too, so that
 * a terminal's Ctrl-C reaches only this process: the first is passed on as a message (`watchParent`), the
 * second kills. However either side ends, the kernel ends everything inside; with a holder, the program alone.
 */
export function runInSandbox(program: SandboxedProgram): Promise<number> {
  const { env, userNamespace = true, listener, holder } = program
  const awaitUsers = holder === undefined && userNamespace && mayMapUsers()
  const { args, descriptors } = handOver(program.args, NAMED_DESCRIPTOR)
  const [command = '', ...rest] = commandOf({ ...program, args }, awaitUsers)
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      env: { ...MEMORY_ENV, ...env, PATH: withUsualPlaces(env['PATH']) },
      detached: true,
      // LIFELINE_DESCRIPTOR inside is a pipe that is held open here.
      stdio: [
        'inherit',
        'inherit',
        'inherit',
        'ipc',
        'pipe',
        holder?.keep ?? 'ignore',
        listener ?? 'ignore',
        ...descriptors,
      ],
    })
    if (awaitUsers) mapUsersWhenReady(child, child.stdio[LIFELINE_DESCRIPTOR])
    const withdrawHostServices = offerHostServices(child)
    let interrupts = 0
    const stopListening = onInterrupt(() => {
      interrupts += 1
      if (interrupts > 1 || !child.connected) child.kill('SIGKILL')
      else child.send({ kind: 'interrupt' } satisfies InterruptMessage, () => undefined)
    })
    const finish = () => {
      stopListening()
      if (child.connected) child.disconnect()
      // Who waits at its other end outlives a program that was killed where namespaces go on; each would wait for the other.
      child.stdio[LIFELINE_DESCRIPTOR]?.destroy()
      withdrawHostServices()
    }
    child.on('error', (error) => {
      finish()
      reject(cannotStart(command, error))
    })
    child.on('exit', (exitCode, signal) => {
      finish()
      if (interrupts > 1) resolve(INTERRUPTED)
      else resolve(exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

function cannotStart(command: string, cause: Error): HitlessError {
  return new HitlessError('sandbox-setup', `${command} cannot be started: ${cause.message}`, {
    exitCode: 3,
    hint: 'Install util-linux, which has unshare and nsenter, or look whether PATH leads to them.',
    cause,
  })
}

function commandOf(
  { entry, args, userNamespace = true, holder }: SandboxedProgram,
  awaitUsers: boolean,
): readonly string[] {
  const argv = [process.execPath, ...MEMORY_FLAGS, entry, ...args]
  if (holder === undefined) {
    return enterSandboxCommand(argv, { userNamespace, lifeline: true, awaitUsers })
  }
  const { processId } = holder.record
  return joinSandboxCommand(argv, { processId, userNamespace, workingDir: process.cwd() })
}

/** The only line on the lifeline in either direction. */
function mapUsersWhenReady(
  { pid = 0 }: ChildProcess,
  lifeline: Readable | Writable | null | undefined,
): void {
  if (!(lifeline instanceof Duplex)) return
  lifeline.once('data', () => {
    mapAllUsers(pid)
    lifeline.write('go\n')
  })
  // A child that is gone is told by its exit.
  lifeline.on('error', () => undefined)
}

/**
 * Inside: `onInterrupt` is called at each Ctrl-C that was passed on. When the outer process is gone, killed
 * perhaps, this one ends at once, and all that it started with it. The watching alone keeps no program
 * from ending.
 */
export function watchParent(onInterrupt: () => void): void {
  process.on('message', (message) => {
    if (isInterrupt(message)) onInterrupt()
  })
  process.on('disconnect', endAtOnce)
  if (process.send !== undefined && !process.connected) endAtOnce()
  process.channel?.unref()
}

/** Without the handlers of a usual exit, which could hold it up. */
function endAtOnce(): void {
  process.kill(process.pid, 'SIGKILL')
}

function isInterrupt(message: unknown): message is InterruptMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    message.kind === 'interrupt'
  )
}
