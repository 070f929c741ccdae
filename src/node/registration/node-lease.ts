import { ApiError, isApiError } from '../../api/api-error.ts'
import type { Node } from '../../api/core.ts'
import { NODE_LEASE_NAMESPACE, type Lease } from '../../api/lease.ts'
import { throwLater } from '../../base/throw-later.ts'
import { formatTimestampMs, parseTimestamp } from '../../base/timestamp.ts'
import type { Client } from '../../client/client.ts'
import { getIfThere } from '../../client/get-if-there.ts'
import type { Clock, Timer } from '../../world/clock.ts'
import { stepBeat, type BeatOutcome, type BeatState } from './beat-state.ts'
import { HOLDER_ANNOTATION, holderOf } from '../node-holder.ts'
import type { NodeNotice } from '../node-notice.ts'

/** The kubelet's nodeStatusUpdateFrequency, and a quarter of nodeLeaseDurationSeconds. */
const PERIOD_MS = 10_000
/** The kubelet's nodeStatusReportFrequency: a status in which nothing has changed is told this often. */
const REPORT_MS = 300_000
const LEASE_SECONDS = 40

/** After one that failed. */
const RETRY_MS = 2_000

export interface HeartbeatOptions {
  readonly client: Client
  readonly clock: Clock
  readonly nodeName: string
  /** Makes the Node, as at the start. */
  readonly register: () => Promise<unknown>
  /** Tells its status anew. */
  readonly report: () => Promise<unknown>
  /** Tells this run from others with a node of the same name. Absent: there are none. */
  readonly holder?: string
  readonly onNotice?: (notice: NodeNotice) => void
}

export interface Heartbeat {
  /** Resolves when nothing of it runs. */
  stop(): Promise<void>
  /** After `stop`, when the node's pods have ended: says that another run may take the name at once. */
  release(): Promise<void>
}

/**
 * Says every 10 s that the node is alive: renews its Lease, and reports its status anew when somebody has changed it, or after
 * five minutes. A Node that somebody deleted is registered again; a kubelet does so at its next start only. Resolves after
 * the first time, whether or not the API has answered. https://kubernetes.io/docs/reference/node/node-status/#heartbeats
 */
export async function startHeartbeat(options: HeartbeatOptions): Promise<Heartbeat> {
  const { client, clock, nodeName, holder, onNotice = () => undefined } = options
  let state: BeatState = { kind: 'well' }
  let isHeld = false
  let stopped = false
  let timer: Timer | undefined
  const monotonicMs = () => clock.monotonicNs() / 1e6
  const next = async () => {
    const startedMs = monotonicMs()
    const outcome = await beat(options, isHeld)
    isHeld ||= outcome.kind === 'done'
    const step = stepBeat(state, outcome, { startedMs, nowMs: monotonicMs() })
    state = step.state
    for (const notice of step.notices) onNotice(notice)
    if (stopped || state.kind === 'taken') return
    timer = clock.after(state.kind === 'failing' ? RETRY_MS : PERIOD_MS, () => {
      working = next().catch(throwLater)
    })
  }
  let working: Promise<void> = next()
  await working
  return {
    async stop() {
      stopped = true
      timer?.cancel()
      await working
    },
    async release() {
      // A server that is away would only be waited for.
      if (holder !== undefined && isHeld && state.kind === 'well') {
        await releaseLease(client, nodeName)
      }
    },
  }
}

async function beat(options: HeartbeatOptions, isHeld: boolean): Promise<BeatOutcome> {
  const { client, clock, nodeName, holder } = options
  try {
    const there = await getIfThere(client, 'Node', { name: nodeName })
    if (there === undefined) await options.register()
    const node = there ?? (await client.get('Node', { name: nodeName }))
    const lease = await getIfThere(client, 'Lease', leaseOf(nodeName))
    const by = holderOf(lease)
    if (isHeld && by !== undefined && by !== holder) return { kind: 'taken' }
    await renewLease(options, node, lease)
    if (isReportDue(node, clock.wallMs())) await options.report()
    return { kind: 'done', isNodeNew: there === undefined }
  } catch (error) {
    // The server is away, or will not have it: the next beat may do better.
    if (!(error instanceof ApiError)) throw error
    return { kind: 'failed', why: error.message }
  }
}

async function renewLease(
  { client, clock, holder }: HeartbeatOptions,
  node: Node,
  current: Lease | undefined,
): Promise<void> {
  const { name, uid = '' } = node.metadata
  const key = leaseOf(name)
  const annotations = holder === undefined ? {} : { annotations: { [HOLDER_ANNOTATION]: holder } }
  const renewTime = formatTimestampMs(clock.wallMs()).replace('Z', '000Z')
  const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime }
  if (current !== undefined) {
    await client.patch('Lease', key, { metadata: annotations, spec })
    return
  }
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid }
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...key, ...annotations, ownerReferences: [owner] },
    spec,
  }
  try {
    await client.create('Lease', lease)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}

/** Where there is no holder, nobody waits. */
async function releaseLease(client: Client, nodeName: string): Promise<void> {
  const metadata = { annotations: { [HOLDER_ANNOTATION]: null } }
  try {
    await client.patch('Lease', leaseOf(nodeName), { metadata, spec: { holderIdentity: null } })
  } catch (error) {
    // Gone, or not to be reached: it ends by itself.
    if (!(error instanceof ApiError)) throw error
  }
}

function leaseOf(nodeName: string) {
  return { name: nodeName, namespace: NODE_LEASE_NAMESPACE }
}

function isReportDue({ status }: Node, nowMs: number): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return true
  const told = parseTimestamp(ready.lastHeartbeatTime ?? '')
  return told === undefined || nowMs - told >= REPORT_MS
}
