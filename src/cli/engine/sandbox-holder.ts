import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { HitlessError } from '../../base/error.ts'
import { parseJson } from '../../base/parse-json.ts'
import { holdSandboxCommand, KEPT_MARK } from '../../runtime/sandbox-holder.ts'
import { withUsualPlaces } from '../../runtime/sandbox-support.ts'
import { dataInUse } from '../../world/live/data-in-use.ts'
import { mapAllUsers, mayMapUsers } from './map-users.ts'

/** A process id alone may be another one's by now. */
interface ProcessMark {
  readonly processId: number
  /** In clock ticks since the machine started: proc_pid_stat(5), field 22. */
  readonly startTime: string
}

/** Which process holds the namespaces of a data directory. After a restart of the machine even the start time may be another one's. */
export interface HolderRecord extends ProcessMark {
  readonly bootId: string
  /** The process that people see of the run that uses them. */
  readonly user: ProcessMark
}

export interface Holder {
  readonly record: HolderRecord
  /** A line on it makes the holder outlive this process. Absent: it has had one. */
  readonly keep?: Writable
}

/** Making namespaces takes milliseconds, and seconds on a loaded machine. */
const START_MS_MAX = 30_000
const END_MS_MAX = 10_000
const POLL_MS = 5

/**
 * The holder that an earlier run of this data directory has left with all that it runs, or a new one. Throws HitlessError
 * when that run goes on.
 */
export async function takeHolder(directory: string, userNamespace: boolean): Promise<Holder> {
  const record = readLeftHolder(directory)
  const user = { processId: process.pid, startTime: startTimeOf(process.pid) ?? '' }
  if (record !== undefined && isAlive(record)) {
    if (existsSync(`/proc/${record.processId}/root${KEPT_MARK}`)) {
      return { record: { ...record, user } }
    }
    // Killed while it was being set up: nothing runs in it yet.
    await endHolder(record)
  }
  return startHolder(userNamespace, user)
}

/**
 * Of a run that was killed, by one that makes no namespaces in which it could go on. Throws HitlessError when it was not.
 */
export async function endLeftHolder(directory: string): Promise<void> {
  const record = readLeftHolder(directory)
  if (record !== undefined && isAlive(record)) await endHolder(record)
  forgetHolder(directory)
}

/** Ends all that it holds; resolves when nothing of it runs. */
export async function endHolder(record: HolderRecord): Promise<void> {
  const { processId } = record
  // Its process 1: the holder itself ends when the kernel has ended everything inside.
  for (const child of childrenOf(processId)) kill(child)
  for (let waitedMs = 0; isAlive(record); waitedMs += POLL_MS) {
    if (waitedMs >= END_MS_MAX) kill(processId)
    if (waitedMs >= 2 * END_MS_MAX) return
    await sleep(POLL_MS)
  }
}

export function holderFile(directory: string): string {
  return join(directory, 'sandbox.json')
}

/** Whether the next run is to find it. */
export function isHeld(directory: string, { processId, startTime }: HolderRecord): boolean {
  const record = readHolder(directory)
  return record?.processId === processId && record.startTime === startTime && isAlive(record)
}

/** Whether another run has it now: of two that began at once, both found it, and one of them got the data. */
export function isOthers(directory: string, { processId, user }: HolderRecord): boolean {
  const found = readHolder(directory)
  if (found?.processId !== processId || found.user.processId === user.processId) return false
  return found.bootId === currentBoot() && isRunning(found.user)
}

export function forgetHolder(directory: string): void {
  rmSync(holderFile(directory), { force: true })
}

export function parseHolder(text: string): HolderRecord | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { user, bootId, ...process } = Object.fromEntries(Object.entries(value))
  if (!isProcessMark(process) || !isProcessMark(user) || typeof bootId !== 'string')
    return undefined
  // It would be ended.
  if (process.processId === 1) return undefined
  return { ...process, bootId, user }
}

function isProcessMark(value: unknown): value is ProcessMark {
  if (typeof value !== 'object' || value === null) return false
  if (!('processId' in value) || !('startTime' in value)) return false
  const { processId, startTime } = value
  return Number.isInteger(processId) && Number(processId) > 0 && typeof startTime === 'string'
}

/** Not that of a run that goes on: its containers would be taken from it. */
function readLeftHolder(directory: string): HolderRecord | undefined {
  const record = readHolder(directory)
  if (record === undefined || record.bootId !== currentBoot() || !isRunning(record.user)) {
    return record
  }
  throw dataInUse(directory, { processId: record.user.processId, since: holderFile(directory) })
}

function readHolder(directory: string): HolderRecord | undefined {
  try {
    return parseHolder(readFileSync(holderFile(directory), 'utf8'))
  } catch {
    return undefined
  }
}

function isAlive(record: HolderRecord): boolean {
  return record.bootId === currentBoot() && isRunning(record)
}

function isRunning({ processId, startTime }: ProcessMark): boolean {
  return startTimeOf(processId) === startTime
}

async function startHolder(userNamespace: boolean, user: ProcessMark): Promise<Holder> {
  const awaitUsers = userNamespace && mayMapUsers()
  const [command = '', ...args] = holdSandboxCommand({ userNamespace, awaitUsers })
  // A session of its own, and nothing of the user's terminal: it goes on when that is closed.
  const child = spawn(command, args, {
    detached: true,
    cwd: '/',
    env: { ...process.env, PATH: withUsualPlaces(process.env['PATH']) },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const { pid: processId = 0, stdin, stdout } = child
  stdin.on('error', () => undefined)
  const ready = new Promise<boolean>((resolve) => {
    stdout.setEncoding('utf8')
    stdout.on('data', (text: string) => {
      if (text.includes('users\n')) {
        mapAllUsers(processId)
        stdin.write('go\n')
      }
      if (text.includes('ready\n')) resolve(true)
    })
    child.on('error', () => resolve(false))
    child.on('exit', () => resolve(false))
    setTimeout(() => resolve(false), START_MS_MAX).unref()
  })
  const isReady = await ready
  const startTime = startTimeOf(processId)
  if (!isReady || startTime === undefined) {
    if (processId > 0) kill(processId)
    throw new HitlessError('sandbox-setup', 'the namespaces for pods could not be made', {
      exitCode: 3,
      hint: 'Run hitless where user namespaces are allowed, or without --data.',
    })
  }
  stdout.destroy()
  child.unref()
  return { record: { processId, startTime, bootId: currentBoot(), user }, keep: stdin }
}

function currentBoot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Undefined when there is no such process, or it has ended and nobody has looked yet. */
function startTimeOf(processId: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8')
    // Behind the program's name, which may have spaces and brackets; the first there is field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function childrenOf(processId: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  } catch {
    // Not in every kernel. The end of the holder is told to its child.
    return [processId]
  }
}

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL')
  } catch {
    // It has ended.
  }
}
