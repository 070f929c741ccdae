import type { Container } from '../../api/pod.ts'
import { ImagePullError, type Runtime } from '../../runtime/runtime.ts'
import type { PodEvent } from '../doors.ts'

/**
 * Lets a runtime that has images of its own fetch one, and tells of it in the kubelet's words. Returns why it cannot be
 * had.
 */
export async function fetchImage(
  runtime: Runtime,
  { name, image = '', imagePullPolicy }: Container,
  emit: (event: PodEvent) => void,
): Promise<string | undefined> {
  const tell = (reason: string, message: string) =>
    emit({ type: 'Normal', reason, message, container: name })
  try {
    const prepared = await runtime.prepareImage?.(image, {
      mayPull: imagePullPolicy !== 'Never',
      isPulledAgain: imagePullPolicy === 'Always',
      onPulling: () => tell('Pulling', `Pulling image "${image}"`),
    })
    if (prepared?.kind === 'pulled') {
      const took = formatGoDuration(prepared.tookMs)
      const size = `Image size: ${prepared.sizeBytes} bytes.`
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`
      tell('Pulled', message)
    } else {
      tell('Pulled', `Container image "${image}" already present on machine`)
    }
    return undefined
  } catch (error) {
    if (error instanceof ImagePullError) return error.message
    throw error
  }
}

/** To milliseconds, as the kubelet rounds it: `850ms`, `1.234s`, `1m2.5s`. */
function formatGoDuration(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1_000) return `${whole}ms`
  const minutes = Math.floor(whole / 60_000)
  const seconds = `${(whole % 60_000) / 1_000}s`
  return minutes === 0 ? seconds : `${minutes}m${seconds}`
}
