import type { ContainerState, ContainerStatus, Pod } from '../../src/api/pod.ts'

/**
 * What an observed state of a pod shows, by track. Each track is compared for itself: in which update of the status two
 * of them change is not the same twice on the real node.
 */
export function tracksOf(pod: Pod): ReadonlyMap<string, string> {
  const { metadata, status = {} } = pod
  const tracks = new Map<string, string>()
  const grace = metadata.deletionGracePeriodSeconds
  tracks.set('deletion', metadata.deletionTimestamp === undefined ? 'none' : `in ${grace} s`)
  tracks.set('phase', words(status.phase, status.reason, quoted(status.message)))
  tracks.set('address', status.podIP === undefined ? 'none' : 'some')
  for (const { type, status: value, reason, message } of status.conditions ?? []) {
    tracks.set(type, words(value, reason, quoted(message)))
  }
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  for (const container of all) {
    const { name, ready, started } = container
    tracks.set(`container ${name}`, containerText(container))
    tracks.set(`started ${name}`, started === undefined ? 'unknown' : started ? 'yes' : 'no')
    tracks.set(`ready ${name}`, ready ? 'yes' : 'no')
  }
  return tracks
}

function containerText(container: ContainerStatus): string {
  const { state, lastState, restartCount } = container
  const last = stateText(lastState)
  return words(
    stateText(state),
    restartCount === 0 ? undefined : `restarts ${restartCount}`,
    last === '' ? undefined : `after ${last}`,
  )
}

function stateText({ waiting, running, terminated }: ContainerState): string {
  if (running !== undefined) return 'running'
  if (waiting !== undefined) return words('waiting', waiting.reason, quoted(waiting.message))
  if (terminated === undefined) return ''
  const { reason, exitCode, message } = terminated
  return words('terminated', reason, String(exitCode), quoted(message))
}

function quoted(message: string | undefined): string | undefined {
  return message === undefined || message === '' ? undefined : `"${maskMessage(message)}"`
}

function words(...all: readonly (string | undefined)[]): string {
  return all.filter((word) => word !== undefined && word !== '').join(' ')
}

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\s+/g, ' '],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID'],
  [/\b[0-9a-f]{64}\b/g, 'ID'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, 'ADDRESS'],
  // A line of /etc/hosts that ours has more.
  [/ADDRESS host\.hitless\.internal; /g, ''],
  // The client's port.
  [/ADDRESS:\d+->/g, 'ADDRESS:PORT->'],
  [/kubelet-[a-z0-9-]+-[a-z0-9]+\b/g, 'NAMESPACE'],
  // What the runtime says of it.
  [/(failed to create containerd task|failed to start container|error during container).*/g, '…'],
  [
    /(failed to pull and unpack image|(?<!probe failed: )rpc error|no entry of images in hitless\.yaml).*/g,
    '…',
  ],
  [/(StartError|exec: |fork\/exec).*/g, '…'],
]

/** A message without what is another one each time. */
export function maskMessage(message: string): string {
  return MASKS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), message).trim()
}
