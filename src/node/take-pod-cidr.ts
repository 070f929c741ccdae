import type { Node } from '../api/core.ts'
import {
  POD_CIDR_ANNOTATION,
  freePodCidr,
  podCidrsOf,
  rangeAfter,
  usablePodCidr,
  usedPodCidrs,
} from '../api/pod-cidr.ts'
import { HitlessError } from '../base/error.ts'
import type { Client } from '../client/client.ts'
import { sleep, type Clock } from '../world/clock.ts'
import type { PodCidr } from './pod-cidr.ts'
import { createNode, DEFAULT_NODE_IP, type NodeDescription } from './registration/node-object.ts'

/** The first look and the last ones are so far apart. */
const LOOK_MS = [5, 500] as const
/** For a control plane that gives ranges: it takes milliseconds. */
const GIVEN_WAIT_MS = 2_000
/** … of which it is known that it does. */
const CERTAIN_WAIT_MS = 10_000
/** Nodes that choose the same in the same moment choose anew. */
const CHOICES_MAX = 8

/**
 * Registers a node that is not ready, as a kubelet does that has no network yet, and waits for its range. Where the cluster
 * gives none it chooses one, and notes it on the Node: in `spec.podCIDR` a range that is not of the cluster's own would keep
 * kube-controller-manager from starting again.
 */
export async function takePodCidr(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  description: Omit<NodeDescription, 'ip'>,
): Promise<PodCidr> {
  const { name } = description
  await createNode(client, clock, { ...description, ip: DEFAULT_NODE_IP })
  const { items: nodes } = await client.list('Node')
  const gives = nodes.some(({ metadata, spec }) => metadata.name !== name && hasRange(spec))
  const endNs = clock.monotonicNs() + (gives ? CERTAIN_WAIT_MS : GIVEN_WAIT_MS) * 1e6
  for (let waitMs: number = LOOK_MS[0]; ; waitMs = Math.min(2 * waitMs, LOOK_MS[1])) {
    const node = await client.get('Node', { name })
    const cidr = usablePodCidr(podCidrsOf(node))
    if (cidr !== undefined) return { cidr, isChosen: !hasRange(node.spec) }
    if (hasRange(node.spec) || clock.monotonicNs() >= endNs) break
    await sleep(clock, waitMs)
  }
  return { cidr: await choosePodCidr(client, name), isChosen: true }
}

/** It is kept when nobody else is seen to have it after it was noted: of two nodes one at least sees the other. */
async function choosePodCidr(client: Client, name: string): Promise<string> {
  let from = rangeNumberOf(name)
  for (let choice = 0; choice < CHOICES_MAX; choice++) {
    const cidr = freePodCidr(await usedByOthers(client, name), from)
    if (cidr === undefined) break
    const metadata = { annotations: { [POD_CIDR_ANNOTATION]: cidr } }
    await client.patch('Node', { name }, { metadata })
    const { items: nodes } = await client.list('Node')
    const rival = nodes.find(
      (other) => other.metadata.name !== name && podCidrsOf(other).includes(cidr),
    )
    if (rival === undefined) return cidr
    // Two that do so in step do not meet again.
    from = rangeAfter(cidr) + (rival.metadata.name < name ? 1 : 0)
  }
  throw new HitlessError('no-pod-cidr', 'no range of addresses is left for the pods of this node', {
    exitCode: 3,
    hint: 'The ranges 10.244.x.0/24 are in use by other nodes, see `kubectl get nodes -o yaml`, spec.podCIDR.',
  })
}

async function usedByOthers(client: Client, name: string): Promise<readonly string[]> {
  const [{ items: nodes }, { items: pods }] = await Promise.all([
    client.list('Node'),
    client.list('Pod'),
  ])
  return usedPodCidrs({ nodes, pods }, name)
}

function hasRange(spec: Node['spec']): boolean {
  return (spec?.podCIDRs ?? []).length > 0
}

/** Spread over 256, so that nodes which choose in the same moment seldom choose the same. */
function rangeNumberOf(name: string): number {
  return new TextEncoder().encode(name).reduce((sum, byte) => (sum * 31 + byte) % 256, 0)
}
