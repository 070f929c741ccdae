import type { Container, Pod } from '../../api/pod.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { ResourceAmounts } from '../../api/scheduling.ts'
import type { ResourceFieldRef } from '../../api/volume.ts'
import { ContainerConfigError } from '../container/container-config-error.ts'
import { ownValue } from './pod-field.ts'

/** Who has no limit of these has what the node has. */
const DEFAULTED = ['cpu', 'memory', 'ephemeral-storage']
/** Of those, the ones that a whole pod may have a limit of. */
const OF_POD = ['cpu', 'memory']
const PLAIN = ['cpu', 'memory', 'ephemeral-storage']

/**
 * What an environment variable shows of a container's resources: `container` is who asks, and the node's allocatable,
 * or the pod's own limit, stands for a limit that is not there.
 */
export function resourceOfVariable(
  ref: ResourceFieldRef,
  pod: Pod,
  { container, allocatable }: { readonly container: Container } & Node,
): string {
  const defaults = withPodLimits(allocatable, pod)
  const { containerName = '' } = ref
  if (containerName === '') return resourceOf(ref, container, defaults)
  const isInit = pod.spec.containers.every(({ name }) => name !== containerName)
  // The kubelet fills in the limits of the containers, not those of init containers.
  return resourceOf(ref, containerNamed(pod, containerName), isInit ? {} : defaults)
}

/** What a downward API file shows of the resources of the container that it names. */
export function resourceOfFile(ref: ResourceFieldRef, pod: Pod, { allocatable }: Node): string {
  return resourceOf(ref, containerNamed(pod, ref.containerName ?? ''), allocatable)
}

/** A limit of the whole pod stands before what the node has, where the node has any. */
function withPodLimits(allocatable: ResourceAmounts, { spec }: Pod): ResourceAmounts {
  const amounts: Record<string, string | number> = { ...allocatable }
  for (const name of OF_POD) {
    const limit = ownValue(spec.resources?.limits, name)
    if (limit !== undefined && !isZero(limit) && Object.hasOwn(amounts, name)) amounts[name] = limit
  }
  return amounts
}

interface Node {
  readonly allocatable: ResourceAmounts
}

function containerNamed({ spec }: Pod, wanted: string): Container {
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find(
    ({ name }) => name === wanted,
  )
  if (found === undefined) throw new ContainerConfigError(`container ${wanted} not found`)
  return found
}

function resourceOf(
  { resource, divisor }: ResourceFieldRef,
  { resources = {} }: Container,
  defaults: ResourceAmounts,
): string {
  const [, list, name = ''] = /^(limits|requests)\.(.+)$/.exec(resource) ?? []
  if (list === undefined || !(PLAIN.includes(name) || name.startsWith('hugepages-'))) {
    throw new ContainerConfigError(`unsupported container resource : ${resource}`)
  }
  const own = ownValue(list === 'limits' ? resources.limits : resources.requests, name)
  const isDefaulted = list === 'limits' && DEFAULTED.includes(name) && isZero(own)
  const amount = (isDefaulted ? ownValue(defaults, name) : own) ?? 0
  // As the kubelet counts: CPU in thousandths, everything else in whole units, both rounded up before they are divided.
  const unit = name === 'cpu' ? 1_000_000n : 1_000_000_000n
  const divided = countOf(amount, unit) / countOf(isZero(divisor) ? 1 : (divisor ?? 1), unit)
  return String(BigInt(Math.ceil(divided)))
}

function isZero(amount: string | number | undefined): boolean {
  return (parseQuantity(amount)?.nanos ?? 0n) === 0n
}

function countOf(amount: string | number, unit: bigint): number {
  const { nanos = 0n } = parseQuantity(amount) ?? {}
  return Number((nanos + unit - 1n) / unit)
}
