import { parseCidr } from '../addresses.ts'
import { validateCidr } from './addresses.ts'
import { duplicate, FieldPath, forbidden, invalid, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { validateResourceQuantity } from './resources.ts'
import { validateTaints } from './scheduling.ts'

/** pkg/apis/core/validation/validation.go, ValidateNode. */
export function validateNode(node: Field): readonly FieldFault[] {
  return [
    ...validateTaints(node.field('spec', 'taints'), taintsAt(node)),
    ...validateNodeResources(node),
    ...validatePodCidrs(node.field('spec', 'podCIDRs')),
  ]
}

/** Kubernetes looks at the taints and resources of an update twice. */
export function validateNodeUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const [cidrs, id] = [next.field('spec', 'podCIDRs'), next.field('spec', 'providerID')]
  const before = previous.field('spec', 'podCIDRs')
  const changed = 'except from "" to valid'
  const idBefore = previous.field('spec', 'providerID').text
  return [
    ...validateNodeResources(next),
    ...repeatedAddresses(next.field('status', 'addresses')),
    ...changedCidrs(cidrs, before).map(() =>
      forbidden(cidrs, `node updates may not change podCIDR ${changed}`),
    ),
    ...(idBefore !== '' && idBefore !== id.text
      ? [forbidden(id, `node updates may not change providerID ${changed}`)]
      : []),
    ...validateTaints(next.field('spec', 'taints'), taintsAt(next)),
    ...(next.field('spec', 'externalID').text === previous.field('spec', 'externalID').text
      ? []
      : [forbidden(next.child('spec', 'externalID'), 'may not be updated')]),
  ]
}

/** Printed as if they were a part of the metadata. */
function taintsAt(node: Field): FieldPath {
  return new FieldPath('metadata.taints', node.child('spec', 'taints').pointer)
}

/** One for each block that is another, or one for a list of another length. */
function changedCidrs(next: Field, previous: Field): readonly string[] {
  if (previous.texts.length === 0) return []
  if (previous.texts.length !== next.texts.length) return ['length']
  return previous.texts.filter((cidr, index) => cidr !== next.texts[index])
}

function validateNodeResources(node: Field): readonly FieldFault[] {
  return ['capacity', 'allocatable'].flatMap((list) => {
    const resources = node.field('status', list)
    return resources.entries.flatMap(([name, amount]) =>
      validateResourceQuantity(name, amount.at(resources.child(name))),
    )
  })
}

function validatePodCidrs(cidrs: Field): readonly FieldFault[] {
  const faults = cidrs.items.flatMap(validateCidr)
  const families = cidrs.texts.map((cidr) => parseCidr(cidr)?.address.family)
  const isPair = families.length === 2 && families[0] !== families[1]
  return families.length <= 1 || isPair || faults.length > 0
    ? faults
    : [invalid(cidrs, cidrs.texts, 'may specify no more than one CIDR for each IP family')]
}

function repeatedAddresses(addresses: Field): readonly FieldFault[] {
  const known = new Set<string>()
  return addresses.items.flatMap((address) => {
    const printed = { Type: address.field('type').text, Address: address.field('address').text }
    const pair = JSON.stringify(printed)
    const isKnown = known.has(pair)
    known.add(pair)
    return isKnown ? [duplicate(address, printed)] : []
  })
}
