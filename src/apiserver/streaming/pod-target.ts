import { ApiError } from '../../api/api-error.ts'
import type { ContainerTarget, PodTarget } from '../../api/pod-access.ts'
import type { Pod } from '../../api/pod.ts'

/** The pod as its node knows it. Throws ApiError for one that has no node. */
export function targetPod(pod: Pod): PodTarget {
  const { name, namespace = '', uid = '' } = pod.metadata
  if (!hasNode(pod)) throw new ApiError('BadRequest', `pod ${name} does not have a host assigned`)
  return { namespace, name, uid }
}

/** One container of it; without a name, the only one. Throws ApiError in the API server's words. */
export function targetContainer(pod: Pod, asked: string): ContainerTarget {
  const container = checkContainer(pod, asked)
  return { ...targetPod(pod), container }
}

export function hasNode({ spec }: Pod): boolean {
  return (spec.nodeName ?? '') !== ''
}

export function checkContainer({ metadata, spec }: Pod, asked: string): string {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec
  const names = [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name)
  if (asked !== '') {
    if (names.includes(asked)) return asked
    throw new ApiError('BadRequest', `container ${asked} is not valid for pod ${metadata.name}`)
  }
  const [only, ...others] = containers
  if (only !== undefined && others.length === 0) return only.name
  const choice = only === undefined ? '' : `, choose one of: [${names.join(' ')}]`
  throw new ApiError(
    'BadRequest',
    `a container name must be specified for pod ${metadata.name}${choice}`,
  )
}
