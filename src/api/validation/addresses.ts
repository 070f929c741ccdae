import { formatIp, networkOf, parseCidr, parseIp } from '../addresses.ts'
import { invalid, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'

const IP_RULE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const CIDR_RULE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

/** apimachinery, pkg/util/validation/ip.go, for fields that are older than its strict rules. */
export function validateIp(field: Field): readonly FieldFault[] {
  return parseIp(field.text) === undefined ? [invalid(field, field.text, IP_RULE)] : []
}

/** The strict rules: one spelling for each address. */
export function validateCanonicalIp(field: Field): readonly FieldFault[] {
  const ip = parseIp(field.text)
  if (ip === undefined) return [invalid(field, field.text, IP_RULE)]
  const faults = [
    ...(hasLeadingZeros(field.text) ? ['must not have leading 0s'] : []),
    ...(ip.isMapped ? ['must not be an IPv4-mapped IPv6 address'] : []),
  ]
  const canonical = formatIp(ip)
  if (faults.length === 0 && canonical !== field.text) {
    faults.push(`must be in canonical form (${JSON.stringify(canonical)})`)
  }
  return faults.map((detail) => invalid(field, field.text, detail))
}

export function validateCidr(field: Field): readonly FieldFault[] {
  return parseCidr(field.text) === undefined ? [invalid(field, field.text, CIDR_RULE)] : []
}

/** An address that packets can be sent to (ValidateEndpointIP). */
export function validateEndpointIp(field: Field): readonly FieldFault[] {
  const { text } = field
  const ip = parseIp(text)
  if (ip === undefined) return [invalid(field, text, 'must be a valid IP address')]
  const { family, bytes } = ip
  const [first = 0, second = 0, third = 0] = bytes
  const isZero = bytes.slice(0, -1).every((byte) => byte === 0)
  const last = bytes.at(-1)
  const details = [
    isZero && last === 0 && `may not be unspecified (${text})`,
    (family === 4 ? first === 127 : isZero && last === 1) &&
      'may not be in the loopback range (127.0.0.0/8, ::1/128)',
    (family === 4 ? first === 169 && second === 254 : first === 0xfe && second >> 6 === 2) &&
      'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    (family === 4
      ? first === 224 && second === 0 && third === 0
      : first === 0xff && second % 16 === 2) &&
      'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ]
  return details.flatMap((detail) => (detail === false ? [] : [invalid(field, text, detail)]))
}

/** Spellings that Kubernetes takes, but not for ever. */
export function warnOfIp(field: Field): readonly string[] {
  const { path, text } = field
  const ip = parseIp(text)
  if (ip === undefined) return []
  const canonical = JSON.stringify(formatIp(ip))
  if (ip.isMapped || hasLeadingZeros(text)) {
    return [
      `${path}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${canonical}`,
    ]
  }
  if (ip.family === 4 || JSON.stringify(text) === canonical) return []
  return [
    `${path}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${canonical})`,
  ]
}

export function warnOfCidr(field: Field): readonly string[] {
  const { path, text } = field
  const block = parseCidr(text)
  if (block === undefined) return []
  const { address, prefixLength } = block
  const quoted = JSON.stringify(text)
  const network = `${formatIp(networkOf(block))}/${address.isMapped ? prefixLength - 96 : prefixLength}`
  const single = `${formatIp(address)}/${address.family === 4 ? 32 : 128}`
  const isExact = formatIp(networkOf(block)) === formatIp(address)
  const isStandard = !address.isMapped && !hasLeadingZeros(text) && !/\/0\d/.test(text)
  const warnings = [
    ...(isExact
      ? []
      : [
          `${path}: CIDR value ${quoted} is ambiguous in this context (should be "${network}" or "${single}"?)`,
        ]),
    ...(isStandard
      ? []
      : [
          `${path}: non-standard CIDR value ${quoted} will be considered invalid in a future Kubernetes release: use "${network}"`,
        ]),
  ]
  if (warnings.length > 0 || address.family === 4 || text === network) return warnings
  return [
    `${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format ("${network}")`,
  ]
}

function hasLeadingZeros(text: string): boolean {
  return /(^|[.:])0\d+(?=\.)|\.0\d/.test(text)
}
