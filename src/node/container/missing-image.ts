import type { Container } from '../../api/pod.ts'
import type { ContainerPhase } from './container-record.ts'
import type { PodEvent } from '../doors.ts'
import { NS_PER_MS, type NodeTimings } from '../timings.ts'

/** What becomes of a container whose image stands for nothing here. */
export interface ImageFailure {
  readonly delayMs: number
  /** To be shown one after another. */
  readonly states: readonly {
    readonly phase: ContainerPhase
    readonly events: readonly PodEvent[]
  }[]
}

/**
 * Treats an unknown image as one that cannot be pulled: ErrImagePull, then ImagePullBackOff until the
 * next try (10 s, doubled up to 300 s). https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
 */
export function judgeMissingImage(
  { image = '', imagePullPolicy }: Container,
  before: ImageFailure | undefined,
  now: number,
  timings: NodeTimings,
  /** What was tried, and told of, in vain. */
  pullFailure?: string,
): ImageFailure {
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`
    const retryAt = now + timings.retryMs * NS_PER_MS
    return {
      delayMs: timings.retryMs,
      states: [
        {
          phase: { kind: 'waiting', reason: 'ErrImageNeverPull', message, retryAt },
          events: [warn('ErrImageNeverPull', message), warn('Failed', 'Error: ErrImageNeverPull')],
        },
      ],
    }
  }
  const delayMs =
    before === undefined ? timings.backOffMs : Math.min(before.delayMs * 2, timings.backOffMsMax)
  const retryAt = now + delayMs * NS_PER_MS
  const why = pullFailure ?? unmapped(image)
  const pulling: PodEvent = {
    type: 'Normal',
    reason: 'Pulling',
    message: `Pulling image "${image}"`,
  }
  const backOff = `Back-off pulling image "${image}"`
  return {
    delayMs,
    states: [
      {
        phase: { kind: 'waiting', reason: 'ErrImagePull', message: why, retryAt },
        events: [
          ...(pullFailure === undefined ? [pulling] : []),
          warn('Failed', `Failed to pull image "${image}": ${why}`),
          warn('Failed', 'Error: ErrImagePull'),
        ],
      },
      {
        phase: {
          kind: 'waiting',
          reason: 'ImagePullBackOff',
          message: `${backOff}: ErrImagePull: ${why}`,
          retryAt,
        },
        events: [
          { type: 'Normal', reason: 'BackOff', message: backOff },
          warn('Failed', 'Error: ImagePullBackOff'),
        ],
      },
    ],
  }
}

/** The one who runs the node reads hitless.yaml anew when it changes, and has told where it is. */
function unmapped(image: string): string {
  const entry = `images: { ${JSON.stringify(image)}: { command: [program, argument] } }`
  return `no entry of images in hitless.yaml says how "${image}" runs; add one, such as ${entry}: it counts at the next try`
}

function warn(reason: string, message: string): PodEvent {
  return { type: 'Warning', reason, message }
}
