import { parseIp } from '../addresses.ts'
import { validateIp } from './addresses.ts'
import { duplicate, invalid, notSupported, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkWord } from './field-checks.ts'

const FAMILIES = ['IPv4', 'IPv6']
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

/** pkg/apis/core/validation/validation.go, ValidateServiceClusterIPsRelatedFields. */
export function validateClusterIps(spec: Field): readonly FieldFault[] {
  if (spec.field('type').text === 'ExternalName') return []
  const addresses = spec.field('clusterIPs')
  const faults = [
    ...firstAddressFaults(spec.field('clusterIP').text, addresses),
    ...validateFamilies(spec.field('ipFamilies')),
    ...checkWord(spec.field('ipFamilyPolicy'), FAMILY_POLICIES),
  ]
  const malformed = addresses.items.flatMap((address, index) => {
    if (index > 0 || address.text !== 'None') return validateIp(address)
    if (addresses.items.length === 1) return []
    return [invalid(addresses, addresses.texts, "'None' must be the first and only value")]
  })
  const tooMany =
    addresses.items.length > 2
      ? [invalid(addresses, addresses.texts, 'may only hold up to 2 values')]
      : []
  if (malformed.length > 0) return [...faults, ...malformed, ...tooMany]
  return [...faults, ...tooMany, ...validatePair(addresses), ...validateFamilyOfEach(spec)]
}

/** The one address and the list say the same. */
function firstAddressFaults(address: string, addresses: Field): readonly FieldFault[] {
  const [first] = addresses.texts
  if (address === '') {
    return first === undefined
      ? []
      : [invalid(addresses, addresses.texts, 'must be empty when `clusterIP` is not specified')]
  }
  if (first === undefined) return [required(addresses)]
  return first === address
    ? []
    : [invalid(addresses, addresses.texts, 'first value must match `clusterIP`')]
}

function validateFamilies(families: Field): readonly FieldFault[] {
  return families.items.flatMap((family, index) => [
    ...(FAMILIES.includes(family.text) ? [] : [notSupported(family, family.text, FAMILIES)]),
    ...(families.texts.indexOf(family.text) < index ? [duplicate(family, family.text)] : []),
  ])
}

function validatePair(addresses: Field): readonly FieldFault[] {
  const families = new Set(addresses.texts.map((text) => parseIp(text)?.family))
  if (addresses.items.length < 2 || families.size === 2) return []
  return [invalid(addresses, addresses.texts, 'may specify no more than one IP for each IP family')]
}

function validateFamilyOfEach(spec: Field): readonly FieldFault[] {
  const families = spec.field('ipFamilies').texts
  return spec.field('clusterIPs').items.flatMap((address, index) => {
    const family = families[index]
    const actual = parseIp(address.text)?.family
    if (family === undefined || actual === undefined || family === `IPv${actual}`) return []
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``
    return [invalid(address, address.text, detail)]
  })
}
