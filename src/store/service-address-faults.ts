import type { ServiceSpec } from '../api/service.ts'
import type { FieldFault } from '../api/validation.ts'

/** The last address of 10.96.0.0/16, which is nobody's. */
const BROADCAST = 65_535

/** Whether a Service may have this address at all. */
export function isInRange(address: string): boolean {
  const offset = offsetOf(address)
  return offset > 0 && offset < BROADCAST && printAddress(offset) === address
}

/** Four numbers of a byte. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)
}

/** NaN when it is not in 10.96.0.0/16. */
export function offsetOf(address: string): number {
  const parts = /^10\.96\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  return Number(parts?.[1]) * 256 + Number(parts?.[2])
}

export function printAddress(offset: number): string {
  return `10.96.${offset >> 8}.${offset & 255}`
}

/** What a cluster with IPv4 alone refuses before it looks for an address. */
export function addressFaults(spec: ServiceSpec): readonly FieldFault[] {
  if (spec.type === 'ExternalName') return []
  const { clusterIP = '', clusterIPs = [], selector = {} } = spec
  const inconsistent = inconsistencies(clusterIP, clusterIPs)
  if (inconsistent.length > 0) return inconsistent
  if (clusterIP.includes(':')) {
    return [listFault('spec.clusterIPs[0]', clusterIPs, 'IPv6 is not configured on this cluster')]
  }
  // One without a selector is for endpoints that somebody else writes, of any family.
  if (clusterIP === 'None' && Object.keys(selector).length === 0) return []
  return familyFaults(spec)
}

/** ValidateServiceClusterIPsRelatedFields, for addresses of version 4. */
function inconsistencies(clusterIP: string, clusterIPs: readonly string[]): readonly FieldFault[] {
  const [first] = clusterIPs
  const at = 'spec.clusterIPs'
  const faults: FieldFault[] = []
  if (first !== undefined && clusterIP === '') {
    faults.push(listFault(at, clusterIPs, 'must be empty when `clusterIP` is not specified'))
  } else if (first !== undefined && first !== clusterIP) {
    faults.push(listFault(at, clusterIPs, 'first value must match `clusterIP`'))
  }
  for (const [index, address] of clusterIPs.entries()) {
    if (address === 'None' || address.includes(':') || isAddress(address)) continue
    const why = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
    faults.push({
      path: `${at}[${index}]`,
      pointer: `/spec/clusterIPs/${index}`,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(address)}: ${why}`,
    })
  }
  if (clusterIPs.filter(isAddress).length > 1) {
    faults.push(listFault(at, clusterIPs, 'may specify no more than one IP for each IP family'))
  }
  return faults
}

function familyFaults({ ipFamilyPolicy, ipFamilies }: ServiceSpec): readonly FieldFault[] {
  const policyFault: FieldFault = {
    path: 'spec.ipFamilyPolicy',
    pointer: '/spec/ipFamilyPolicy',
    reason: 'FieldValueInvalid',
    message:
      'Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  }
  const families: readonly unknown[] = Array.isArray(ipFamilies) ? ipFamilies : []
  return [
    ...(ipFamilyPolicy === 'RequireDualStack' ? [policyFault] : []),
    ...families.flatMap((family, index): FieldFault[] =>
      family !== 'IPv6'
        ? []
        : [
            {
              path: `spec.ipFamilies[${index}]`,
              pointer: `/spec/ipFamilies/${index}`,
              reason: 'FieldValueInvalid',
              message: 'Invalid value: "IPv6": not configured on this cluster',
            },
          ],
    ),
  ]
}

function listFault(path: string, value: readonly string[], detail: string): FieldFault {
  return {
    path,
    pointer: '/spec/clusterIPs',
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${detail}`,
  }
}
