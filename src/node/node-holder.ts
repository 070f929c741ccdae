import { NODE_LEASE_NAMESPACE, type Lease } from '../api/lease.ts'
import { parseTimestamp } from '../base/timestamp.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import { sleep, type Clock } from '../world/clock.ts'

/**
 * On the Lease of a node: which run of ours renews it. `holderIdentity` cannot say that, it is the node's name
 * (https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats).
 */
export const HOLDER_ANNOTATION = 'hitless/holder'

/** How often a Lease that another one has is looked at: kubelets renew theirs every 10 s. */
const LOOK_MS = 1_000

export interface NodeClaim {
  readonly name: string
  /** Of this run, and of those before it that it goes on for. */
  readonly holder: string
  readonly signal?: AbortSignal
}

/**
 * Waits until nobody else runs a node of that name. `taken`: its Lease was renewed while we waited. Of a run that was killed
 * it ends by itself, 40 s after its last renewal at the latest; `onWait` is told how long that may be.
 */
export async function awaitNodeName(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  { name, holder, signal }: NodeClaim,
  onWait: (waitMs: number) => void,
): Promise<'free' | 'taken' | 'interrupted'> {
  const find = () => getIfThere(client, 'Lease', { name, namespace: NODE_LEASE_NAMESPACE })
  const first = await find()
  const waitMs = heldMs(first, holder, clock.wallMs())
  if (waitMs === 0) return 'free'
  onWait(waitMs)
  const endMs = clock.wallMs() + waitMs
  while (clock.wallMs() < endMs) {
    await sleep(clock, LOOK_MS, signal)
    if (signal?.aborted === true) return 'interrupted'
    const current = await find()
    if (heldMs(current, holder, clock.wallMs()) === 0) return 'free'
    if (current?.spec?.renewTime !== first?.spec?.renewTime) return 'taken'
  }
  return 'free'
}

/** For how long nobody else may take it, in milliseconds; a clock that is ahead of ours does not make it longer. */
function heldMs(lease: Lease | undefined, holder: string, nowMs: number): number {
  const { holderIdentity, renewTime = '', leaseDurationSeconds = 0 } = lease?.spec ?? {}
  const renewedMs = parseTimestamp(renewTime)
  if (holderIdentity === undefined || renewedMs === undefined) return 0
  if (holderOf(lease) === holder) return 0
  const durationMs = leaseDurationSeconds * 1_000
  return Math.min(Math.max(renewedMs + durationMs - nowMs, 0), durationMs)
}

/** Undefined: a kubelet's, or nobody's. */
export function holderOf(lease: Lease | undefined): string | undefined {
  return lease?.metadata.annotations?.[HOLDER_ANNOTATION]
}
