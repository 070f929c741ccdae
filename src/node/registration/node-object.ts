import { isApiError } from '../../api/api-error.ts'
import type { Node, NodeCondition } from '../../api/core.ts'
import { POD_CIDR_ANNOTATION } from '../../api/pod-cidr.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { Taint } from '../../api/scheduling.ts'
import type { Client } from '../../client/client.ts'
import type { Clock } from '../../world/clock.ts'
import type { PodCidr } from '../pod-cidr.ts'

/** Nobody is to reach a kubelet there. */
export const DEFAULT_NODE_IP = '127.0.0.1'

export interface NodeDescription {
  readonly name: string
  readonly ip: string
  /** What pods may ask for. Absent: nothing is said about it, and the scheduler does not count. */
  readonly capacity?: { readonly cpus: number; readonly memoryBytes: number }
  /** Besides the host name and the operating system. */
  readonly labels?: Readonly<Record<string, string>>
  /** Only a new Node gets them, as with the kubelet's --register-with-taints. */
  readonly taints?: readonly Taint[]
  /** Range of its pods' addresses: a Node that is made anew says it, too. Absent: its cluster gives it one, or none. */
  readonly podCidr?: PodCidr
  /** What `kubectl get nodes -o wide` tells about it. */
  readonly info?: NonNullable<NonNullable<Node['status']>['nodeInfo']>
}

/** The kubelet's default, --max-pods. */
const PODS_MAX = 110
/** Nothing of it is counted: enough for every pod that asks for some. */
const EPHEMERAL_STORAGE = '1Ti'

/**
 * Registers the node and says that it is ready, as the kubelet does at its start. An object of that
 * name that is already there is taken over. https://kubernetes.io/docs/concepts/architecture/nodes/
 */
export async function registerNode(
  client: Client,
  clock: Clock,
  description: NodeDescription,
): Promise<void> {
  const { name } = description
  const status = statusOf(description, formatTimestamp(clock.wallMs()))
  await createIfMissing(client, description, status)
  // A create may leave the status out: it belongs to a subresource.
  await client.patch('Node', { name }, { status }, { subresource: 'status' })
}

/** One that is not there yet, and not ready. */
export async function createNode(
  client: Client,
  clock: Clock,
  description: NodeDescription,
): Promise<void> {
  const { conditions = [], ...status } = statusOf(description, formatTimestamp(clock.wallMs()))
  const notReady = conditions.map((condition) => ({ ...condition, ...NO_NETWORK }))
  await createIfMissing(client, description, { ...status, conditions: notReady })
}

const NO_NETWORK = {
  status: 'False',
  reason: 'KubeletNotReady',
  message: 'container runtime network not ready: its pods have no range of addresses yet',
} as const

async function createIfMissing(
  client: Client,
  description: NodeDescription,
  status: NonNullable<Node['status']>,
): Promise<void> {
  const { name, podCidr, taints } = description
  const architecture = description.info?.architecture
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...(architecture === undefined ? {} : { 'kubernetes.io/arch': architecture }),
    ...description.labels,
  }
  try {
    const chosen = podCidr?.isChosen === true && { [POD_CIDR_ANNOTATION]: podCidr.cidr }
    const metadata = { name, labels, ...(chosen && { annotations: chosen }) }
    const given = podCidr?.isChosen === false && { podCIDR: podCidr.cidr }
    const spec = { ...given, ...(taints === undefined ? {} : { taints }) }
    await client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata, spec, status })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}

/** Says again that the node is well, with the time at which it became so if nobody has doubted it since. */
export async function reportNode(
  client: Client,
  clock: Clock,
  description: NodeDescription,
): Promise<void> {
  const { name } = description
  const now = formatTimestamp(clock.wallMs())
  const current = (await client.get('Node', { name })).status?.conditions ?? []
  const { conditions = [], ...status } = statusOf(description, now)
  const own = [...conditions, ...PRESSURES].map(({ lastTransitionTime: _now, ...condition }) => {
    const before = current.find(({ type }) => type === condition.type)
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined
    return { ...condition, lastHeartbeatTime: now, lastTransitionTime: since ?? now }
  })
  const others = current.filter(({ type }) => !own.some((condition) => condition.type === type))
  const next = { ...status, conditions: [...others, ...own] }
  await client.patch('Node', { name }, { status: next }, { subresource: 'status' })
}

function statusOf(
  { name, ip, capacity, info }: NodeDescription,
  now: string,
): NonNullable<Node['status']> {
  const amounts = capacity && {
    cpu: String(capacity.cpus),
    memory: `${Math.floor(capacity.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': EPHEMERAL_STORAGE,
    pods: String(PODS_MAX),
  }
  return {
    ...(amounts === undefined ? {} : { capacity: amounts, allocatable: amounts }),
    ...(info === undefined ? {} : { nodeInfo: info }),
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastTransitionTime: now,
      },
    ],
    addresses: [
      { type: 'InternalIP', address: ip },
      { type: 'Hostname', address: name },
    ],
  }
}

/** Nothing here is ever short of what these are about. */
const PRESSURES: readonly NodeCondition[] = [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
]
