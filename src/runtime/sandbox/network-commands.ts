import { formatIpv4, type PodAddresses } from '../process/pod-addresses.ts'

/** Bridge that joins the pods, as a node's CNI plugin makes it; hitless itself is its gateway. */
const BRIDGE = 'br0'

/** A number of its own by which a pod's namespace, where it has no name, can speak of it; beyond those that the kernel gives. */
const BRIDGE_INDEX = 1_000_000

export interface NodeNetwork {
  /** In the first of the ranges. */
  readonly gateway: number
  readonly podCidrs: readonly string[]
  readonly serviceCidr: string
}

/**
 * Prepares the private network and mount namespace that hitless runs in. ClusterIPs become addresses of
 * this machine, so that a proxy can listen on them. Kernel settings that are refused keep
 * their defaults, which only lower how many connections fit.
 */
export function nodeSetupScript({ serviceCidr }: NodeNetwork): string {
  return `set -e
${OWN_RUN}
ip -batch - <<'BATCH'
link set lo up
link add ${BRIDGE} index ${BRIDGE_INDEX} type bridge
link set ${BRIDGE} up
route add local ${serviceCidr} dev lo
BATCH
setting() { { echo "$2" >"/proc/sys/net/$1"; } 2>/dev/null || true; }
setting ipv4/ip_forward 1
setting ipv4/ip_local_port_range '1024 65535'
setting ipv4/tcp_tw_reuse 1
setting ipv4/tcp_child_ehash_entries 4096
`
}

/**
 * Leads the ranges of this machine's nodes to its pods, and nothing else: an address of another node is unreachable at once.
 * What an earlier run has made stays, its pods may use it.
 */
export function nodeRoutesScript({ gateway, podCidrs }: NodeNetwork): string {
  return `ip -batch - <<'BATCH' || exit 1
addr replace ${formatIpv4(gateway)}/32 dev ${BRIDGE}
${podCidrs.map((cidr) => `route replace ${cidr} dev ${BRIDGE} src ${formatIpv4(gateway)}\n`).join('')}BATCH
`
}

/** Where ip-netns(8) keeps network namespaces by name: files that they are bound to. */
export const NETNS_DIRECTORY = '/run/netns'

/**
 * A /run of its own, for network namespaces and pipes, with links to what the machine has there: a repository may lie on
 * a disk below /run/media.
 */
const OWN_RUN = `keep_run() {
  mount -t tmpfs tmpfs /mnt && mkdir /mnt/run && mount --rbind /run /mnt/run
}
kept=
if keep_run 2>/dev/null; then kept=yes; fi
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p ${NETNS_DIRECTORY} /run/.machine
if [ -n "$kept" ]; then mount --move /mnt/run /run/.machine && umount /mnt; fi
for entry in /run/.machine/*; do
  if [ -e "$entry" ] && [ ! -e "/run/\${entry##*/}" ]; then set -- "$@" ".machine/\${entry##*/}"; fi
done
if [ $# -gt 0 ]; then ln -s -- "$@" /run/; fi
`

/**
 * Batch for `ip` in the pod's new network namespace: its cable, whose other end is in the node's at the bridge, its
 * address and routes. Process 1 is in the node's.
 */
export function podNetworkBatch(
  link: string,
  ip: string,
  { gateway, prefixLength }: Pick<PodAddresses, 'gateway' | 'prefixLength'>,
): string {
  return `link add ${link} netns /proc/1/ns/net master if${BRIDGE_INDEX} up type veth peer name eth0
addr add ${ip}/${prefixLength} dev eth0
link set lo up
link set eth0 up
route add default via ${formatIpv4(gateway)}
`
}

/** Batch that removes pods' namespaces; their cables go with them. */
export function removePodsBatch(netnsNames: readonly string[]): string {
  return netnsNames.map((netns) => `netns del ${netns}\n`).join('')
}

/** Undoes nodeSetupScript. */
export const NODE_TEARDOWN_SCRIPT = `ip link del ${BRIDGE} && umount -l /run\n`
