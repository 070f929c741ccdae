import { CLUSTER_DNS_IP, CLUSTER_DOMAIN, DNS_PORT } from '../api/cluster-dns.ts'
import { startDnsServer, type DnsServerOptions } from '../dns/dns-server.ts'
import type { NodeOptions } from '../node/agent.ts'

/** The cluster's DNS where it is wanted, and what nodes are told of it. */
export async function startClusterDns(
  doors: Pick<DnsServerOptions, 'client' | 'clock' | 'random' | 'network'>,
  isWanted = false,
): Promise<{
  readonly ofNode: Pick<NodeOptions, 'clusterDns'>
  readonly stop: () => Promise<void>
}> {
  if (!isWanted) return { ofNode: {}, stop: () => Promise.resolve() }
  const address = { host: CLUSTER_DNS_IP, port: DNS_PORT }
  const server = await startDnsServer({ ...doors, address, domain: CLUSTER_DOMAIN })
  return { ofNode: { clusterDns: [CLUSTER_DNS_IP] }, stop: () => server.stop() }
}
