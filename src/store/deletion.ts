import type { Strategy } from '../api/kind-definition.ts'
import { KINDS, type Kind } from '../api/kinds.ts'
import { formatTimestamp, parseTimestamp } from '../base/timestamp.ts'
import type { DeletionOptions } from './request.ts'
import type { Stored } from './stored.ts'

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/**
 * What a deletion does. `mark`: the object stays, marked as being deleted (`object` may be unchanged).
 * `remove`: it goes, after a last update that watches see, if there is one.
 */
export type DeletionPlan =
  | { readonly action: 'mark'; readonly object: Stored }
  | { readonly action: 'remove'; readonly lastUpdate: Stored | undefined }

/**
 * Graceful deletion and finalizers as apiserver's registry (rest.BeforeDelete and
 * Store.Delete) combines them: an object with finalizers is marked and waits for them; a Pod waits for its
 * grace period too, since its node has to stop it first.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export function planDeletion(
  kind: Kind,
  object: Stored,
  options: DeletionOptions,
  nowMs: number,
): DeletionPlan {
  const { strategy } = KINDS[kind]
  if (strategy.isEmptied !== undefined) return planEmptying(strategy, object, options, nowMs)
  if (strategy.graceSeconds === undefined || isOnlyHeld(object)) {
    return planPlainDeletion(object, strategy.ownsNothing === true ? {} : options, nowMs)
  }
  const graceSeconds = graceOf(object, strategy.graceSeconds(object), options)
  if (graceSeconds === 'pending') return { action: 'mark', object }
  const marked = withGarbageFinalizers(markWithGrace(object, graceSeconds, nowMs), options)
  return graceSeconds > 0 || hasFinalizers(marked)
    ? { action: 'mark', object: marked }
    : { action: 'remove', lastUpdate: marked }
}

/** The last finalizer is gone and nothing else keeps it: an update of such an object removes it. */
export function isReadyToGo(kind: Kind, object: Stored): boolean {
  const { metadata } = object
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers?.length ?? 0) > 0)
    return false
  const { isEmptied } = KINDS[kind].strategy
  if (isEmptied !== undefined) return isEmptied(object)
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0
}

/** A deleted pod whose grace is over, or never was: only finalizers keep it. */
function isOnlyHeld({ metadata }: Stored): boolean {
  return (
    metadata.deletionTimestamp !== undefined && (metadata.deletionGracePeriodSeconds ?? 0) === 0
  )
}

function planPlainDeletion(object: Stored, options: DeletionOptions, nowMs: number): DeletionPlan {
  const next = withGarbageFinalizers(object, options)
  if (!hasFinalizers(next)) return { action: 'remove', lastUpdate: undefined }
  return { action: 'mark', object: markWithGrace(next, 0, nowMs) }
}

/** Of a Namespace: its controller empties the namespace and then its list of finalizers. */
function planEmptying(
  { isEmptied }: Strategy,
  object: Stored,
  options: DeletionOptions,
  nowMs: number,
): DeletionPlan {
  if (object.metadata.deletionTimestamp === undefined) {
    const held = withGarbageFinalizers(object, options)
    const metadata = { ...held.metadata, deletionTimestamp: formatTimestamp(nowMs) }
    const status = { ...object.status, phase: 'Terminating' }
    return { action: 'mark', object: { ...held, metadata, status } }
  }
  if (isEmptied?.(object) === false) return { action: 'mark', object }
  return planPlainDeletion(object, options, nowMs)
}

/** `pending`: it is being deleted already, and sooner than is asked for now. */
function graceOf(
  { metadata }: Stored,
  usual: number | undefined,
  { gracePeriodSeconds }: DeletionOptions,
): number | 'pending' {
  const asked = gracePeriodSeconds === undefined ? undefined : withoutNegative(gracePeriodSeconds)
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata
  if (deletionTimestamp !== undefined) {
    return asked === undefined || asked >= deletionGracePeriodSeconds ? 'pending' : asked
  }
  return usual === undefined ? 0 : (asked ?? withoutNegative(usual))
}

function withoutNegative(graceSeconds: number): number {
  return graceSeconds < 0 ? 1 : graceSeconds
}

/**
 * A grace period that is shortened later still counts from the first deletion. When the shorter one is over
 * already, the node has to hear of it all the same: a second is left.
 */
function markWithGrace(object: Stored, graceSeconds: number, nowMs: number): Stored {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, generation } = object.metadata
  const markedMs = deletionTimestamp === undefined ? undefined : parseTimestamp(deletionTimestamp)
  const startMs = markedMs === undefined ? nowMs : markedMs - deletionGracePeriodSeconds * 1_000
  const endMs = startMs + graceSeconds * 1_000
  const isOver = endMs < nowMs && deletionGracePeriodSeconds > 0
  const metadata = {
    ...object.metadata,
    deletionTimestamp: formatTimestamp(isOver ? nowMs : endMs),
    deletionGracePeriodSeconds: isOver && graceSeconds > 0 ? 1 : graceSeconds,
    ...(deletionTimestamp === undefined && generation !== undefined
      ? { generation: generation + 1 }
      : {}),
  }
  return { ...object, metadata }
}

/**
 * The two finalizers by which the garbage collector knows what to do with the dependents. Without a wish in
 * the options what is there stays, and Background needs none.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion
 */
function withGarbageFinalizers(object: Stored, { propagationPolicy }: DeletionOptions): Stored {
  const finalizers = object.metadata.finalizers ?? []
  const orphans = wants('Orphan', ORPHAN)
  const foreground = wants('Foreground', FOREGROUND)
  if (orphans === finalizers.includes(ORPHAN) && foreground === finalizers.includes(FOREGROUND)) {
    return object
  }
  const others = finalizers.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND)
  const next = [...others, ...(orphans ? [ORPHAN] : []), ...(foreground ? [FOREGROUND] : [])]
  return { ...object, metadata: { ...object.metadata, finalizers: next } }

  function wants(policy: string, finalizer: string): boolean {
    return propagationPolicy === undefined
      ? finalizers.includes(finalizer)
      : propagationPolicy === policy
  }
}

function hasFinalizers({ metadata }: Stored): boolean {
  return (metadata.finalizers?.length ?? 0) > 0
}
