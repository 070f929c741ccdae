import type { Container, LifecycleHandler, Pod } from '../../api/pod.ts'
import type { PodRef } from '../../timeline/fact.ts'
import { sleep } from '../../world/clock.ts'
import type { NodeDoors, PodEvent } from '../doors.ts'
import { type HookOutcome, runHook } from '../hooks/run.ts'
import { GRACE_SECONDS_MIN } from '../termination/step.ts'

/** A postStart hook has no limit in Kubernetes; a day stands for that, and for a longer grace period. */
const HOOK_MS_MAX = 86_400_000

export interface HookedContainer {
  readonly ref: PodRef
  readonly spec: Container
  readonly containerId: string
  readonly podIP: string
  readonly emit: (event: PodEvent) => void
  /** Aborts when everything of the pod is ended at once. */
  readonly killed: AbortSignal
}

export interface EndingPod {
  readonly pod: () => Pod
  /** Aborts when it is to end. */
  readonly terminating: AbortSignal
}

/**
 * Runs the postStart hook: undefined when it has succeeded, or there is none, or it was left alone; else what went
 * wrong. A pod that is to end waits for it: without a limit in Kubernetes, here for as long as its grace period.
 */
export async function runPostStart(
  doors: NodeDoors,
  container: HookedContainer,
  pod: EndingPod,
): Promise<string | undefined> {
  const handler = container.spec.lifecycle?.postStart
  if (handler === undefined) return undefined
  const patience = waitOut(doors, container, pod)
  const leaveAlone = patience.signal
  const note = hookNotes(doors, container, 'postStart')
  note.started()
  const left = Promise.withResolvers<'left-alone'>()
  const onAbort = () => left.resolve('left-alone')
  leaveAlone.addEventListener('abort', onAbort, { once: true })
  // Nothing but its end takes an unanswered request away; a command goes with its container.
  const killed = handler.httpGet === undefined ? container.killed : leaveAlone
  const options = { timeoutMs: HOOK_MS_MAX, cutOff: leaveAlone, killed }
  const outcome = await Promise.race([
    runHook(doors, handler, targetOf(container), options),
    left.promise,
  ])
  leaveAlone.removeEventListener('abort', onAbort)
  patience.stop()
  if (outcome === 'left-alone') {
    note.cutOff()
    return undefined
  }
  note.finished(outcome)
  if (outcome.kind === 'succeeded') return undefined
  emitFailure(container, 'FailedPostStartHook', 'PostStartHook failed')
  return outcome.message
}

/** A signal that aborts when the pod has had to end for as long as its grace period, or is ended at once. */
function waitOut(
  { clock }: NodeDoors,
  { killed }: HookedContainer,
  { terminating, pod }: EndingPod,
) {
  const over = new AbortController()
  const stopped = new AbortController()
  const start = () => {
    const { metadata, spec } = pod()
    const { terminationGracePeriodSeconds = 30 } = spec
    const graceSeconds = metadata.deletionGracePeriodSeconds ?? terminationGracePeriodSeconds
    const delayMs = Math.min(graceSeconds * 1_000, HOOK_MS_MAX)
    void sleep(clock, delayMs, stopped.signal).then(() => over.abort())
  }
  if (terminating.aborted) start()
  else terminating.addEventListener('abort', start, { once: true, signal: stopped.signal })
  return { signal: AbortSignal.any([over.signal, killed]), stop: () => stopped.abort() }
}

/** Runs the preStop hook; `cutOff` aborts at the end of the grace period, but a command runs on. */
export async function runPreStop(
  doors: NodeDoors,
  container: HookedContainer,
  handler: LifecycleHandler,
  { graceSeconds, cutOff }: { readonly graceSeconds: number; readonly cutOff: AbortSignal },
): Promise<void> {
  const note = hookNotes(doors, container, 'preStop')
  const onCutOff = () => note.cutOff()
  cutOff.addEventListener('abort', onCutOff, { once: true })
  note.started()
  const timeoutMs = Math.min((graceSeconds + GRACE_SECONDS_MIN) * 1_000, HOOK_MS_MAX)
  const options = { timeoutMs, cutOff, killed: container.killed }
  const outcome = await runHook(doors, handler, targetOf(container), options)
  cutOff.removeEventListener('abort', onCutOff)
  if (!cutOff.aborted) note.finished(outcome)
  // A sleep that is cut off is not a failure to the kubelet: it goes on unheeded.
  const isUnheeded = cutOff.aborted && handler.sleep !== undefined
  if (outcome.kind === 'failed' && !isUnheeded) {
    emitFailure(container, 'FailedPreStopHook', 'PreStopHook failed')
  }
}

function hookNotes(
  { recorder }: NodeDoors,
  { ref, spec }: HookedContainer,
  hook: 'postStart' | 'preStop',
) {
  const subject = { pod: ref, container: spec.name, hook }
  return {
    started: () => recorder.record({ kind: 'hook-started', ...subject }),
    cutOff: () => recorder.record({ kind: 'hook-finished', ...subject, outcome: 'cut-off' }),
    finished: (outcome: HookOutcome) =>
      recorder.record({
        kind: 'hook-finished',
        ...subject,
        outcome: outcome.kind,
        ...(outcome.kind === 'failed' ? { message: outcome.message } : {}),
      }),
  }
}

function targetOf({ spec, containerId, podIP }: HookedContainer) {
  return { container: spec, containerId, podIP }
}

/** The message names no cause, so that no secret of the hook's answer is told (as the kubelet's). */
function emitFailure({ emit, spec }: HookedContainer, reason: string, message: string): void {
  emit({ type: 'Warning', reason, message, container: spec.name })
}
