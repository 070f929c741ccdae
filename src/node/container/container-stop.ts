import type { StopCause } from '../../timeline/fact.ts'
import { type HookedContainer, runPreStop } from './container-hooks.ts'
import type { NodeDoors } from '../doors.ts'
import { stopContainer } from '../termination/stop.ts'

export interface StopOptions {
  readonly graceSeconds: number
  /** Of the Killing event. */
  readonly message: string
  readonly cause: StopCause
  /** Resolves when those have ended that have to before it. */
  readonly turn?: Promise<void>
}

/** A process that is to be stopped. */
export interface StoppedInstance {
  readonly hooked: HookedContainer
  readonly stopSignal: string
  readonly exited: Promise<void>
  /** It has had its stop signal, and its hook before, from an earlier run of this node. Nanoseconds. */
  readonly signalledAt?: number
}

/** Stops a container's process by hook, signal and SIGKILL, and tells what it does; resolves when it has ended. */
export async function stopInstance(
  doors: NodeDoors,
  instance: StoppedInstance,
  { graceSeconds, message, cause, turn }: StopOptions,
): Promise<void> {
  const { hooked, stopSignal, exited, signalledAt } = instance
  const { ref: pod, spec } = hooked
  const { clock, runtime, recorder } = doors
  if (signalledAt === undefined) {
    hooked.emit({ type: 'Normal', reason: 'Killing', message, container: spec.name })
  }
  recorder.record({ kind: 'container-stopping', pod, container: spec.name, cause, graceSeconds })
  const send = (signal: string) => {
    if (!runtime.signalContainer(hooked.containerId, signal)) return
    recorder.record({ kind: 'signal-sent', pod, container: spec.name, signal })
  }
  const handler = spec.lifecycle?.preStop
  let hook: Promise<void> | undefined
  const preStop = (cutOff: AbortSignal) => {
    hook = handler && runPreStop(doors, hooked, handler, { graceSeconds, cutOff })
    return hook ?? Promise.resolve()
  }
  await stopContainer(clock, {
    graceSeconds,
    exited,
    abandoned: hooked.killed,
    ...(handler === undefined ? {} : { preStop }),
    ...(turn === undefined ? {} : { turn }),
    ...(signalledAt === undefined ? {} : { signalledAt }),
    sendStopSignal: () => send(stopSignal),
    sendKill: () => send('SIGKILL'),
  })
  await hook
}
