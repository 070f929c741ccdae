import type { Node } from '../../api/core.ts'
import type { Taint } from '../../api/scheduling.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import { NOT_READY_TAINT, UNREACHABLE_TAINT, UNSCHEDULABLE_TAINT } from '../taints.ts'
import { findReady } from './health.ts'

/** By the type of a condition and its status. */
const TAINTS: Readonly<Record<string, string>> = {
  'Ready False': NOT_READY_TAINT,
  'Ready Unknown': UNREACHABLE_TAINT,
  'MemoryPressure True': 'node.kubernetes.io/memory-pressure',
  'DiskPressure True': 'node.kubernetes.io/disk-pressure',
  'NetworkUnavailable True': 'node.kubernetes.io/network-unavailable',
  'PIDPressure True': 'node.kubernetes.io/pid-pressure',
}
const OWN_KEYS: ReadonlySet<string> = new Set([...Object.values(TAINTS), UNSCHEDULABLE_TAINT])

/**
 * The taints that keep new pods away, by the node's conditions and its cordon; undefined when it has them already.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-nodes-by-condition
 */
export function noScheduleTaints(node: Node, nowMs: number): readonly Taint[] | undefined {
  const keys = (node.status?.conditions ?? []).map(
    ({ type, status }) => TAINTS[`${type} ${status}`],
  )
  const wanted = new Set(keys.filter((key) => key !== undefined))
  if (node.spec?.unschedulable === true) wanted.add(UNSCHEDULABLE_TAINT)
  return exchanged(node, { effect: 'NoSchedule', own: OWN_KEYS, wanted }, nowMs)
}

/**
 * The taint that makes pods go, as long as the node is not ready; undefined when it has it already.
 * `mayBegin`: whether a node that has none may get one; one that is ready always loses it.
 */
export function noExecuteTaints(
  node: Node,
  mayBegin: boolean,
  nowMs: number,
): readonly Taint[] | undefined {
  const own = new Set([NOT_READY_TAINT, UNREACHABLE_TAINT])
  const ready = findReady(node)?.status
  if (ready === undefined) return undefined
  const key = TAINTS[`Ready ${ready}`]
  const hasOne = (node.spec?.taints ?? []).some(
    (taint) => taint.effect === 'NoExecute' && own.has(taint.key),
  )
  if (key !== undefined && !hasOne && !mayBegin) return undefined
  const wanted = new Set(key === undefined ? [] : [key])
  return exchanged(node, { effect: 'NoExecute', own, wanted }, nowMs)
}

export function withoutNoExecute(node: Node, nowMs: number): readonly Taint[] | undefined {
  const own = new Set([NOT_READY_TAINT, UNREACHABLE_TAINT])
  return exchanged(node, { effect: 'NoExecute', own, wanted: new Set() }, nowMs)
}

/** Those of others stay, and so do those of ours that are wanted, with the time of their coming. */
function exchanged(
  node: Node,
  change: {
    readonly effect: string
    readonly own: ReadonlySet<string>
    readonly wanted: ReadonlySet<string>
  },
  nowMs: number,
): readonly Taint[] | undefined {
  const { effect, own, wanted } = change
  const taints = node.spec?.taints ?? []
  const isOurs = (taint: Taint) => taint.effect === effect && own.has(taint.key)
  const kept = taints.filter((taint) => !isOurs(taint) || wanted.has(taint.key))
  const present = new Set(taints.filter(isOurs).map(({ key }) => key))
  const timeAdded = formatTimestamp(nowMs)
  const added = [...wanted]
    .filter((key) => !present.has(key))
    .map((key): Taint => ({ key, effect, timeAdded }))
  if (kept.length === taints.length && added.length === 0) return undefined
  return [...kept, ...added]
}
