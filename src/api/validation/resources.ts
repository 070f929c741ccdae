import { compareQuantities, formatQuantity, isWhole, parseQuantity, ZERO } from '../quantity.ts'
import type { Quantity } from '../quantity.ts'
import { forbidden, invalid, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkQualifiedName } from './names.ts'

const HUGE_PAGES = 'hugepages-'
const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage']

/** Names that Kubernetes knows somewhere, if not for containers. */
const STANDARD_RESOURCES = new Set(
  [
    'cpu memory ephemeral-storage requests.cpu requests.memory requests.ephemeral-storage',
    'limits.cpu limits.memory limits.ephemeral-storage pods resourcequotas services',
    'replicationcontrollers secrets configmaps persistentvolumeclaims storage requests.storage',
    'services.nodeports services.loadbalancers',
  ].flatMap((names) => names.split(' ')),
)

/** Those that are counted. */
const COUNTED_RESOURCES = new Set(
  [
    'pods resourcequotas services replicationcontrollers secrets configmaps',
    'persistentvolumeclaims services.nodeports services.loadbalancers',
  ].flatMap((names) => names.split(' ')),
)

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export function validateResources(resources: Field): readonly FieldFault[] {
  const limits = resources.field('limits')
  const requests = resources.field('requests')
  const names = [...limits.entries, ...requests.entries].map(([name]) => name)
  const hasHugePages = names.some((name) => name.startsWith(HUGE_PAGES))
  const isBare = !names.includes('cpu') && !names.includes('memory')
  return [
    ...limits.entries.flatMap(([name, amount]) => validateAmount(name, amount)),
    ...requests.entries.flatMap(([name, amount]) => [
      ...validateAmount(name, amount, () => validateRequest(name, amount, { limits, requests })),
    ]),
    ...(hasHugePages && isBare ? [forbidden(resources, 'HugePages require cpu or memory')] : []),
  ]
}

function validateAmount(
  name: string,
  amount: Field,
  between: () => readonly FieldFault[] = () => [],
): readonly FieldFault[] {
  const quantity = parseQuantity(amount.value) ?? ZERO
  return [
    ...validateContainerResourceName(name, amount),
    ...validateResourceQuantity(name, amount),
    ...between(),
    ...validateHugePages(name, quantity, amount),
  ]
}

/** An amount of any resource (ValidateResourceQuantityValue). */
export function validateResourceQuantity(name: string, amount: Field): readonly FieldFault[] {
  const quantity = parseQuantity(amount.value) ?? ZERO
  const printed = formatQuantity(quantity)
  const isCounted = COUNTED_RESOURCES.has(name) || isExtended(name)
  return [
    ...(compareQuantities(quantity, ZERO) < 0
      ? [invalid(amount, printed, 'must be greater than or equal to 0')]
      : []),
    ...(isCounted && !isWhole(quantity) ? [invalid(amount, printed, 'must be an integer')] : []),
  ]
}

function validateRequest(
  name: string,
  amount: Field,
  { limits, requests }: { readonly limits: Field; readonly requests: Field },
): readonly FieldFault[] {
  const quantity = parseQuantity(amount.value) ?? ZERO
  const limit = parseQuantity(limits.field(name).value)
  const isShared = isNative(name) && !name.startsWith(HUGE_PAGES)
  if (limit === undefined) {
    return isShared ? [] : [required(limits, 'Limit must be set for non overcommitable resources')]
  }
  const order = compareQuantities(quantity, limit)
  const refuse = (relation: string): readonly FieldFault[] => [
    invalid(
      requests,
      formatQuantity(quantity),
      `must be ${relation} ${name} limit of ${formatQuantity(limit)}`,
    ),
  ]
  if (order !== 0 && !isShared) return refuse('equal to')
  return order > 0 ? refuse('less than or equal to') : []
}

function validateContainerResourceName(name: string, at: Field): readonly FieldFault[] {
  const malformed = checkQualifiedName(name).map((detail) => invalid(at, name, detail))
  const isPlain = !name.includes('/')
  const isForContainers = CONTAINER_RESOURCES.includes(name) || name.startsWith(HUGE_PAGES)
  if (isPlain && isForContainers) return malformed
  if (isPlain) {
    const isKnown = STANDARD_RESOURCES.has(name) || name.startsWith(`requests.${HUGE_PAGES}`)
    return [
      ...malformed,
      ...(isKnown || malformed.length > 0
        ? []
        : [invalid(at, name, 'must be a standard resource type or fully qualified')]),
      invalid(at, name, 'must be a standard resource for containers'),
    ]
  }
  if (isNative(name) || isExtended(name)) return malformed
  return [...malformed, invalid(at, name, "doesn't follow extended resource name standard")]
}

function validateHugePages(name: string, quantity: Quantity, at: Field): readonly FieldFault[] {
  if (!name.startsWith(HUGE_PAGES)) return []
  const size = parseQuantity(name.slice(HUGE_PAGES.length))
  const isMultiple = size !== undefined && size.nanos > 0n && quantity.nanos % size.nanos === 0n
  const printed = formatQuantity(quantity)
  return isMultiple
    ? []
    : [invalid(at, printed, `${printed} is not positive integer multiple of ${name}`)]
}

/** Of Kubernetes itself; names without a domain are, too. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/')
}

/** Of a device plugin (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources). */
function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith('requests.')) return false
  return checkQualifiedName(`requests.${name}`).length === 0
}
