import { CLUSTER_DOMAIN } from '../../api/cluster-dns.ts'
import type { Pod, PodSpec } from '../../api/pod.ts'

/** What a resolver is told; each option is `name` or `name:value`. */
export interface NameResolution {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

const SERVERS_MAX = 3
const SEARCHES_MAX = 32
const SEARCH_LENGTH_MAX = 253
const SEARCH_LIST_LENGTH_MAX = 2_048

const NONE: NameResolution = { servers: [], searches: [], options: [] }

/** https://man7.org/linux/man-pages/man5/resolv.conf.5.html; of several lines with searches the last one counts. */
export function parseResolvConf(text: string): NameResolution {
  const servers: string[] = []
  let searches: readonly string[] = []
  const options = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/)
    if (keyword === 'nameserver' && values[0] !== undefined) servers.push(values[0])
    if (keyword === 'search') {
      searches = values.filter((name) => name !== '.').map((name) => name.replace(/\.$/, ''))
    }
    if (keyword === 'options') {
      for (const option of values) options.set(option.split(':')[0] ?? '', option)
    }
  }
  return { servers, searches, options: [...options.values()] }
}

/**
 * How the containers of a pod resolve names, as a kubelet decides it. `clusterServers`: the DNS of the cluster; without
 * one the policy ClusterFirst is as Default, the host's own.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
 */
export function nameResolution(
  { metadata, spec }: Pod,
  host: NameResolution,
  clusterServers: readonly string[],
): NameResolution {
  const { dnsPolicy = 'ClusterFirst' } = spec
  const isCluster = dnsPolicy === 'ClusterFirst' || dnsPolicy === 'ClusterFirstWithHostNet'
  const own = spec.dnsConfig === undefined ? NONE : ownResolution(spec.dnsConfig)
  let base = dnsPolicy === 'None' ? NONE : host
  if (isCluster && clusterServers.length > 0) {
    const ofNamespace = `${metadata.namespace ?? 'default'}.svc.${CLUSTER_DOMAIN}`
    const ofCluster = [ofNamespace, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN]
    base = {
      servers: clusterServers,
      searches: unique([...ofCluster, ...host.searches]),
      options: ['ndots:5'],
    }
  }
  return {
    servers: unique([...base.servers, ...own.servers]).slice(0, SERVERS_MAX),
    searches: fittingSearches(unique([...base.searches, ...own.searches])),
    options: mergedOptions([...base.options, ...own.options]),
  }
}

/** As containerd writes it. */
export function formatResolvConf({ servers, searches, options }: NameResolution): string {
  return [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function ownResolution({
  nameservers = [],
  searches = [],
  options = [],
}: NonNullable<PodSpec['dnsConfig']>): NameResolution {
  const texts = options.map(({ name = '', value = '' }) =>
    value === '' ? name : `${name}:${value}`,
  )
  return { servers: nameservers, searches, options: texts }
}

/** Of a name the last option counts, at the place of the first. */
function mergedOptions(options: readonly string[]): readonly string[] {
  const byName = new Map<string, string>()
  for (const option of options) byName.set(option.split(':')[0] ?? '', option)
  return [...byName.values()]
}

/** What resolvers take: no more names, no longer ones and no longer line. */
function fittingSearches(searches: readonly string[]): readonly string[] {
  const fitting = searches.slice(0, SEARCHES_MAX).filter((name) => name.length <= SEARCH_LENGTH_MAX)
  while (fitting.join(' ').length > SEARCH_LIST_LENGTH_MAX) fitting.pop()
  return fitting
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
