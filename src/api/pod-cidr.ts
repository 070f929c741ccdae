import { formatIp, networkOf, parseCidr, parseIp, type CidrBlock } from './addresses.ts'
import type { Node } from './core.ts'
import { isPodTerminal, type Pod } from './pod.ts'

/** On a Node whose cluster gives it no range of addresses: the one that it has chosen itself. */
export const POD_CIDR_ANNOTATION = 'hitless/pod-cidr'

/** kube-controller-manager's --cluster-cidr as kubeadm's clusters have it, cut by its --node-cidr-mask-size: 256 ranges. */
const RANGES = Array.from({ length: 256 }, (_, third) => `10.244.${third}.0/24`)

/**
 * A range for one more node: the first from number `from` on, and around, that nobody uses. Undefined when all are in use.
 * `used`: ranges of other nodes and addresses of their pods.
 */
export function freePodCidr(used: readonly string[], from: number): string | undefined {
  const blocks = used.flatMap((text) => blockOf(text) ?? [])
  return RANGES.map((_, index) => RANGES[(from + index) % RANGES.length] ?? '').find((cidr) => {
    const candidate = blockOf(cidr)
    return candidate !== undefined && !blocks.some((block) => overlap(block, candidate))
  })
}

/** The number of the range after that one. */
export function rangeAfter(cidr: string): number {
  return (RANGES.indexOf(cidr) + 1) % RANGES.length
}

/** What others than this node use. */
export function usedPodCidrs(
  { nodes, pods }: { readonly nodes: readonly Node[]; readonly pods: readonly Pod[] },
  nodeName: string,
): readonly string[] {
  const others = nodes.filter(({ metadata }) => metadata.name !== nodeName)
  const living = pods.filter((pod) => pod.spec.nodeName !== nodeName && !isPodTerminal(pod))
  return [...others.flatMap(podCidrsOf), ...living.flatMap(({ status }) => status?.podIP ?? [])]
}

/** The ranges that its cluster has given a node, or, without any, the one that it has chosen. */
export function podCidrsOf({ spec, metadata }: Node): readonly string[] {
  const given = spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR])
  const chosen = metadata.annotations?.[POD_CIDR_ANNOTATION]
  return given.length > 0 || chosen === undefined ? given : [chosen]
}

/** The one that pods here can have: of IPv4, and with room for some. */
export function usablePodCidr(cidrs: readonly string[]): string | undefined {
  const block = cidrs
    .flatMap((text) => blockOf(text) ?? [])
    .find(({ address, prefixLength }) => address.family === 4 && isRoomy(prefixLength))
  return block && `${formatIp(networkOf(block))}/${block.prefixLength}`
}

function isRoomy(prefixLength: number): boolean {
  return prefixLength >= 8 && prefixLength <= 29
}

/** An address is a block of one. */
function blockOf(text: string): CidrBlock | undefined {
  if (text.includes('/')) return parseCidr(text)
  const address = parseIp(text)
  return address && { address, prefixLength: address.family === 4 ? 32 : 128 }
}

function overlap(one: CidrBlock, other: CidrBlock): boolean {
  if (one.address.family !== other.address.family) return false
  const prefixLength = Math.min(one.prefixLength, other.prefixLength)
  const [first, second] = [one, other].map(({ address }) =>
    formatIp(networkOf({ address, prefixLength })),
  )
  return first === second
}
