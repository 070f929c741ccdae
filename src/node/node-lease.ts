import { ApiError, isApiError } from '../api/api-error.ts'
import type { Node } from '../api/core.ts'
import { NODE_LEASE_NAMESPACE, type Lease } from '../api/lease.ts'
import { throwLater } from '../base/throw-later.ts'
import { formatTimestampMs, parseTimestamp } from '../base/timestamp.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import type { Clock, Timer } from '../world/clock.ts'

/** The kubelet's nodeStatusUpdateFrequency, and a quarter of nodeLeaseDurationSeconds. */
const PERIOD_MS = 10_000
/** The kubelet's nodeStatusReportFrequency: a status in which nothing has changed is told this often. */
const REPORT_MS = 300_000
const LEASE_SECONDS = 40

export interface Heartbeat {
  /** Resolves when nothing of it runs. */
  stop(): Promise<void>
}

/**
 * Says every 10 s that the node is alive: renews its Lease, and reports its status anew when somebody has changed it, or after
 * five minutes. Resolves after the first time, whether or not the API has answered.
 * https://kubernetes.io/docs/reference/node/node-status/#heartbeats
 */
export async function startHeartbeat(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  nodeName: string,
  report: () => Promise<unknown>,
): Promise<Heartbeat> {
  let stopped = false
  let timer: Timer | undefined
  const beat = async () => {
    try {
      const node = await client.get('Node', { name: nodeName })
      await renewLease(client, node, clock.wallMs())
      if (isReportDue(node, clock.wallMs())) await report()
    } catch (error) {
      // The server is away, or the node was deleted: the next beat may find it again.
      if (!(error instanceof ApiError)) throw error
    }
  }
  const schedule = () => {
    if (stopped) return
    timer = clock.after(PERIOD_MS, () => {
      working = beat().then(schedule, throwLater)
    })
  }
  let working: Promise<void> = beat().then(schedule)
  await working
  return {
    async stop() {
      stopped = true
      timer?.cancel()
      await working
    },
  }
}

async function renewLease(client: Client, node: Node, nowMs: number): Promise<void> {
  const { name, uid = '' } = node.metadata
  const key = { name, namespace: NODE_LEASE_NAMESPACE }
  const renewTime = formatTimestampMs(nowMs).replace('Z', '000Z')
  const current = await getIfThere(client, 'Lease', key)
  if (current !== undefined) {
    await client.patch('Lease', key, { spec: { renewTime } })
    return
  }
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid }
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...key, ownerReferences: [owner] },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
  }
  try {
    await client.create('Lease', lease)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}

function isReportDue({ status }: Node, nowMs: number): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return true
  const told = parseTimestamp(ready.lastHeartbeatTime ?? '')
  return told === undefined || nowMs - told >= REPORT_MS
}
