import type { Node } from '../../api/core.ts'
import type { Container, Pod } from '../../api/pod.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { ResourceAmounts } from '../../api/scheduling.ts'

/** Billionths of the unit, by the name of the resource. */
export type Requests = ReadonlyMap<string, bigint>

const KNOWN = new WeakMap<Pod, Requests>()

/**
 * What a pod takes on its node: the sum of its containers and sidecars, or more where an init container needs
 * more for itself, and the pod's overhead.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function requestsOf(pod: Pod): Requests {
  let known = KNOWN.get(pod)
  if (known === undefined) KNOWN.set(pod, (known = addUp(pod)))
  return known
}

/** Undefined when the node does not say what it has: then it takes everything. */
export function allocatableOf({ status }: Node): Requests | undefined {
  return status?.allocatable === undefined ? undefined : amountsOf(status.allocatable)
}

/** The resources of which the node has not enough left, in the order in which the scheduler tells them. */
export function lackingResources(
  wanted: Requests,
  taken: Requests,
  allocatable: Requests,
): readonly string[] {
  const names = [...wanted.keys()].filter((name) => {
    const amount = wanted.get(name) ?? 0n
    return amount > 0n && amount > (allocatable.get(name) ?? 0n) - (taken.get(name) ?? 0n)
  })
  return names.toSorted()
}

export function withRequests(taken: Requests, wanted: Requests): Requests {
  const total = new Map(taken)
  addTo(total, wanted)
  return total
}

function addUp({ spec }: Pod): Requests {
  const running = new Map<string, bigint>()
  for (const container of spec.containers) addTo(running, requestsOfContainer(container))
  const sidecars = new Map<string, bigint>()
  const starting = new Map<string, bigint>()
  for (const container of spec.initContainers ?? []) {
    const own = requestsOfContainer(container)
    if (container.restartPolicy === 'Always') {
      addTo(running, own)
      addTo(sidecars, own)
      raiseTo(starting, sidecars)
    } else {
      // It runs beside the sidecars that were started before it.
      const beside = new Map(sidecars)
      addTo(beside, own)
      raiseTo(starting, beside)
    }
  }
  raiseTo(running, starting)
  for (const [name, amount] of amountsOf(spec.resources?.requests ?? {})) running.set(name, amount)
  addTo(running, amountsOf(spec.overhead ?? {}))
  return running
}

/** A limit without a request is a request of the same amount. */
function requestsOfContainer({ resources }: Container): Requests {
  return amountsOf({ ...resources?.limits, ...resources?.requests })
}

function amountsOf(amounts: ResourceAmounts): Requests {
  return new Map(
    Object.entries(amounts).map(([name, text]) => [name, parseQuantity(text)?.nanos ?? 0n]),
  )
}

function addTo(total: Map<string, bigint>, amounts: Requests): void {
  for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0n) + amount)
}

function raiseTo(total: Map<string, bigint>, amounts: Requests): void {
  for (const [name, amount] of amounts) {
    if (amount > (total.get(name) ?? 0n)) total.set(name, amount)
  }
}
