import type { Pod } from '../../api/pod.ts'
import type { Refusal } from './filters.ts'

/**
 * Why a pod fits nowhere, in the scheduler's words: the reasons with the number of their nodes, sorted as text, and then
 * why the end of other pods would not help. Nothing here ends pods for the sake of others.
 * framework/types.go, FitError; preemption/preemption.go
 */
export function explainRefusals({ spec }: Pod, refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return 'no nodes available to schedule pods'
  const none = `0/${refusals.length} nodes are available:`
  const reasons = countReasons(refusals.flatMap((refusal) => refusal.reasons))
  // The plugin for resource claims, which is on by default, has its say about every pod.
  const claims = 'no new claims to deallocate'
  const preemption =
    spec['preemptionPolicy'] === 'Never'
      ? 'not eligible due to preemptionPolicy=Never.'
      : `${none} ${countReasons(refusals.map(reasonAgainstPreemption))}.`
  return `${none} ${reasons}. ${claims}, preemption: ${preemption}`
}

function reasonAgainstPreemption({ isForLackOfRoom }: Refusal): string {
  return isForLackOfRoom
    ? 'No preemption victims found for incoming pod'
    : 'Preemption is not helpful for scheduling'
}

function countReasons(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(', ')
}
