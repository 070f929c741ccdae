import { latestEnd, type ContainerRecord } from '../container/container-record.ts'

export type ChosenRun =
  | { readonly containerId: string }
  /** Why there is no log, in the kubelet's words. */
  | { readonly refusal: string }

/** Whose log is meant by "the log of a container": the newest run's, or that of the run before the last restart. */
export function chooseRun(
  record: ContainerRecord | undefined,
  { pod, container, previous }: { pod: string; container: string; previous: boolean },
): ChosenRun {
  const subject = `container "${container}" in pod "${pod}"`
  if (record === undefined) return { refusal: `${subject} is not available` }
  const { phase, last } = record
  if (previous) {
    const id = last?.containerId ?? ''
    return id === '' ? { refusal: `previous terminated ${subject} not found` } : { containerId: id }
  }
  if (phase.kind === 'running') return { containerId: record.containerId ?? '' }
  const ended = latestEnd(record)
  if (ended !== undefined) {
    const id = ended.containerId === '' ? (last?.containerId ?? '') : ended.containerId
    return id === '' ? { refusal: `${subject} is terminated` } : { containerId: id }
  }
  const reason = phase.kind === 'waiting' ? phase.reason : 'unknown'
  return { refusal: `${subject} is waiting to start: ${WAITING_REASONS[reason] ?? reason}` }
}

const WAITING_REASONS: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
}
