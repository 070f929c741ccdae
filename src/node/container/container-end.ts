import type { Container } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { ContainerExit } from '../../runtime/runtime.ts'
import type { Clock } from '../../world/clock.ts'
import type { Termination } from './container-record.ts'
import { NS_PER_MS } from '../timings.ts'

/** MaxContainerTerminationMessageLogLines of the kubelet; the runtime bounds the bytes. */
const MESSAGE_LINES_MAX = 80

/** The process of a container: one of its starts. */
export interface Instance {
  readonly id: string
  /** Counts from 0. */
  readonly restart: number
  /** RFC 3339. */
  readonly startedWall: string
  /** Nanoseconds. */
  readonly startedAt: number
}

interface Moment {
  readonly endedAt: number
  readonly endedWall: string
}

/** When a process ended: now, unless nobody looked then. */
export function momentOfExit(clock: Clock, { endedMs }: ContainerExit): Moment {
  const nowMs = clock.wallMs()
  const wallMs = endedMs ?? nowMs
  const endedAt = clock.monotonicNs() - (nowMs - wallMs) * NS_PER_MS
  return { endedAt, endedWall: formatTimestamp(wallMs) }
}

/**
 * How a process ended. Its message is what it wrote into its termination message file; its last output where that is
 * empty, it failed, and the manifest asks for that.
 */
export function endOfProcess(
  container: Container,
  { id, startedWall }: Instance,
  { exitCode, lastOutput, isOutOfMemory }: ContainerExit,
  moment: Moment,
  messageFile = '',
): Termination {
  const fallsBack = container.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0
  const message = messageFile === '' && fallsBack ? lastLines(lastOutput) : messageFile
  const reason = exitCode === 0 ? 'Completed' : 'Error'
  return {
    containerId: id,
    exitCode,
    reason: isOutOfMemory === true ? 'OOMKilled' : reason,
    ...(message === '' ? {} : { message }),
    startedWall,
    ...moment,
  }
}

/** A line break at the end begins no further line. */
function lastLines(text: string): string {
  const lines = text.split('\n')
  const count = text.endsWith('\n') ? MESSAGE_LINES_MAX + 1 : MESSAGE_LINES_MAX
  return lines.slice(-count).join('\n')
}

/** The program could not be run at all: exit code 128, as container runtimes say it. */
export function startError(containerId: string, message: string, moment: Moment): Termination {
  return { containerId, exitCode: 128, reason: 'StartError', message, ...moment }
}

/** What the kubelet says of a container of a deleted pod that it cannot find. */
export const NEVER_RAN: Termination = {
  containerId: '',
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  endedAt: 0,
}
