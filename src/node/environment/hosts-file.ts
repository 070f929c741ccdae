import type { Pod } from '../../api/pod.ts'
import { hostDomain, shortHostname } from '../pod/pod-hostname.ts'

/** Under which name pods reach the services of the host's loopback that hitless.yaml lists. */
const HOST_NAME = 'host.hitless.internal'

/**
 * The /etc/hosts that a kubelet gives to the containers of a pod, with the name of the host where pods reach it.
 * https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/
 */
export function hostsFile(pod: Pod, podIP: string, hostAddress: string | undefined): string {
  const [hostname, domain] = [shortHostname(pod), hostDomain(pod)]
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`
  const aliases = pod.spec.hostAliases ?? []
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${podIP}\t${names}`,
    ...(hostAddress === undefined ? [] : [`${hostAddress}\t${HOST_NAME}`]),
    ...(aliases.length === 0 ? [] : ['', '# Entries added by HostAliases.']),
    ...aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}
