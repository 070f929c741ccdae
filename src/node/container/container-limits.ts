import type { Container } from '../../api/pod.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { ResourceLimits } from '../../runtime/runtime.ts'

const NANOS_PER_UNIT = 1_000_000_000n
const NANOS_PER_MILLI = 1_000_000n

/** `resources.limits` of a container; undefined without any. https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export function containerLimits({ resources }: Container): ResourceLimits | undefined {
  const memoryBytes = amountIn(resources?.limits?.['memory'], NANOS_PER_UNIT)
  const cpuMillis = amountIn(resources?.limits?.['cpu'], NANOS_PER_MILLI)
  if (memoryBytes === undefined && cpuMillis === undefined) return undefined
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpuMillis === undefined ? {} : { cpuMillis }),
  }
}

/** Rounded up. 0 is no limit, as in Kubernetes. */
function amountIn(value: unknown, unitNanos: bigint): number | undefined {
  const quantity = parseQuantity(value)
  if (quantity === undefined || quantity.nanos <= 0n) return undefined
  return Number((quantity.nanos + unitNanos - 1n) / unitNanos)
}
