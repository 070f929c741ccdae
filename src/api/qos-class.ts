import { fieldsOf, isFields, type Fields } from '../base/fields.ts'

/** The resources that count; a pod may ask for others without any effect on its class. */
const RESOURCES = ['cpu', 'memory']

/** 1,000 m = 1 and so on; `Ki` and its like are powers of 1,024. */
const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/**
 * The class of a pod by what its containers ask for.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClassOf(podSpec: Fields): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const askers = podSpec['resources'] === undefined ? containersOf(podSpec) : [podSpec]
  const amounts = askers.map((asker) => {
    const resources = fieldsOf(asker['resources'])
    const limits = amountsOf(resources['limits'])
    return { limits, requests: { ...limits, ...amountsOf(resources['requests']) } }
  })
  if (amounts.every(({ requests }) => Object.keys(requests).length === 0)) return 'BestEffort'
  const isGuaranteed = amounts.every(({ limits, requests }) =>
    RESOURCES.every((resource) => limits[resource] === requests[resource] && resource in limits),
  )
  return isGuaranteed ? 'Guaranteed' : 'Burstable'
}

function containersOf(podSpec: Fields): readonly Fields[] {
  return ['initContainers', 'containers'].flatMap((list) => {
    const containers = podSpec[list]
    return Array.isArray(containers) ? containers.filter(isFields) : []
  })
}

/** What is above zero. */
function amountsOf(quantities: unknown): Readonly<Record<string, number>> {
  if (!isFields(quantities)) return {}
  return Object.fromEntries(
    RESOURCES.map((resource) => [resource, amountOf(quantities[resource])] as const).filter(
      ([, amount]) => amount > 0,
    ),
  )
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function amountOf(quantity: unknown): number {
  if (typeof quantity === 'number') return quantity
  const parts =
    typeof quantity === 'string' ? /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)(\w*)$/.exec(quantity) : null
  const amount = Number(parts?.[1]) * (SUFFIXES[parts?.[2] ?? ''] ?? Number.NaN)
  // To a billionth, which is as fine as a quantity can be: 0.1 and 100m are the same.
  return Number.isNaN(amount) ? 0 : Number(amount.toPrecision(15))
}
