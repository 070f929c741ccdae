import { CLUSTER_DOMAIN } from '../../api/cluster-dns.ts'
import type { Pod } from '../../api/pod.ts'

/** With its end, a name of 64 characters would not fit into the kernel's field. */
const HOSTNAME_LENGTH_MAX = 63
const FQDN_LENGTH_MAX = 64

/** The pod's name unless the manifest gives one; cut off where it is too long, and not behind a `-` or `.`. */
export function shortHostname({ metadata, spec }: Pod): string {
  const wanted = (spec.hostname ?? '') === '' ? metadata.name : (spec.hostname ?? '')
  if (wanted.length <= HOSTNAME_LENGTH_MAX) return wanted
  return wanted.slice(0, HOSTNAME_LENGTH_MAX).replace(/[-.]+$/, '')
}

/** What follows the host name in DNS; empty for a pod without a subdomain. */
export function hostDomain({ metadata, spec }: Pod): string {
  const { subdomain = '' } = spec
  if (subdomain === '') return ''
  return `${subdomain}.${metadata.namespace ?? 'default'}.svc.${CLUSTER_DOMAIN}`
}

/**
 * What `hostname` says in the pod. Throws, with the kubelet's words, when the whole name is wanted and too long.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-sethostnameasfqdn-field
 */
export function podHostname(pod: Pod): string {
  const [hostname, domain] = [shortHostname(pod), hostDomain(pod)]
  if (domain === '' || pod.spec.setHostnameAsFQDN !== true) return hostname
  const fqdn = `${hostname}.${domain}`
  if (fqdn.length <= FQDN_LENGTH_MAX) return fqdn
  throw new Error(
    `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long (${FQDN_LENGTH_MAX} characters is the max, ${fqdn.length} characters requested)`,
  )
}
