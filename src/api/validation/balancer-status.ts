import { parseIp } from '../addresses.ts'
import { validateIp } from './addresses.ts'
import { forbidden, invalid, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkText, checkWord } from './field-checks.ts'
import { checkSubdomain } from './names.ts'

/** pkg/apis/core/validation/validation.go, ValidateLoadBalancerStatus. */
export function validateServiceStatus(next: Field, previous: Field): readonly FieldFault[] {
  const points = next.field('status', 'loadBalancer', 'ingress')
  if (next.field('spec', 'type').text !== 'LoadBalancer' && points.items.length > 0) {
    return [forbidden(points, "may only be used when `spec.type` is 'LoadBalancer'")]
  }
  const known = knownIps(previous)
  return points.items.flatMap((point) => [
    ...validateNewIp(point.field('ip'), known),
    ...validateIpMode(point),
    ...validateHostname(point.field('hostname')),
  ])
}

/** pkg/apis/networking/validation/validation.go, ValidateIngressLoadBalancerStatus. */
export function validateIngressStatus(next: Field, previous: Field): readonly FieldFault[] {
  const known = knownIps(previous)
  return next
    .field('status', 'loadBalancer', 'ingress')
    .items.flatMap((point) => [
      ...validateNewIp(point.field('ip'), known),
      ...validateHostname(point.field('hostname')),
    ])
}

function knownIps(previous: Field): readonly string[] {
  const points = previous.field('status', 'loadBalancer', 'ingress').items
  return points.map((point) => point.field('ip').text)
}

/** What was there already may stay, however it is spelled. */
function validateNewIp(ip: Field, known: readonly string[]): readonly FieldFault[] {
  return ip.text === '' || known.includes(ip.text) ? [] : validateIp(ip)
}

function validateIpMode(point: Field): readonly FieldFault[] {
  const [ip, mode] = [point.field('ip'), point.field('ipMode')]
  if (!mode.isPresent) {
    return ip.text === '' ? [] : [required(mode, 'must be specified when `ip` is set')]
  }
  if (ip.text === '') return [forbidden(mode, 'may not be specified when `ip` is not set')]
  return checkWord(mode, ['Proxy', 'VIP'])
}

function validateHostname(hostname: Field): readonly FieldFault[] {
  const { text } = hostname
  return [
    ...checkText(hostname, checkSubdomain),
    ...(text !== '' && parseIp(text) !== undefined
      ? [invalid(hostname, text, 'must be a DNS name, not an IP address')]
      : []),
  ]
}
