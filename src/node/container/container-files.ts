import type { Container, Pod } from '../../api/pod.ts'
import type { Mount } from '../../runtime/runtime.ts'
import { hostsFile } from '../environment/hosts-file.ts'
import { podHostname } from '../pod/pod-hostname.ts'
import { formatResolvConf, nameResolution, parseResolvConf } from '../environment/resolv-conf.ts'
import type { PodFiles } from '../termination-message.ts'
import { cleanPath } from '../volumes/paths.ts'

/** A longer one is cut off there, as the kubelet does. */
const RESOLV_CONF_BYTES_MAX = 10 * 1024 * 1024

/**
 * The files by which a pod's containers know themselves and others: /etc/hosts, /etc/hostname and /etc/resolv.conf,
 * written anew for each start. A container that has a volume in the place of one keeps it.
 */
export async function writeContainerFiles(
  { files, podDirectory }: PodFiles,
  pod: Pod,
  container: Container,
  {
    podIP,
    hostAddress,
    clusterDns,
  }: {
    readonly podIP: string
    readonly hostAddress: string | undefined
    readonly clusterDns: readonly string[]
  },
): Promise<readonly Mount[]> {
  const directory = `${podDirectory}/${pod.metadata.uid ?? ''}`
  const taken = new Set(container.volumeMounts?.map(({ mountPath }) => cleanPath(`/${mountPath}`)))
  const host = await files
    .readText('/etc/resolv.conf', { bytesMax: RESOLV_CONF_BYTES_MAX })
    // A machine without one resolves nothing.
    .catch(() => '')
  const resolution = nameResolution(pod, parseResolvConf(host), clusterDns)
  const texts = [
    ['etc-hosts', '/etc/hosts', hostsFile(pod, podIP, hostAddress)],
    ['hostname', '/etc/hostname', `${podHostname(pod)}\n`],
    ['resolv.conf', '/etc/resolv.conf', formatResolvConf(resolution)],
  ] as const
  await files.makeDirectory(directory)
  const mounts: Mount[] = []
  for (const [name, target, text] of texts) {
    if (taken.has(target)) continue
    const source = `${directory}/${name}`
    await files.writeText(source, text)
    await files.changeMode(source, 0o644)
    mounts.push({ source, target, readOnly: false })
  }
  return mounts
}
