import { warnOfCidr, warnOfIp } from '../validation/addresses.ts'
import { Field } from '../validation/field.ts'
import { CLASS_ANNOTATION } from '../validation/ingress.ts'

const MOUNTABLE_SECRETS = 'kubernetes.io/enforce-mountable-secrets'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

/** Of a new Ingress: the class by annotation is from before 1.18. */
export function warnOfIngress(ingress: object, previous: object | undefined): readonly string[] {
  const field = new Field(ingress)
  const isAnnotated = field.field('metadata', 'annotations').has(CLASS_ANNOTATION)
  const isNamed = field.field('spec', 'ingressClassName').isPresent
  if (previous !== undefined || !isAnnotated || isNamed) return []
  return [
    `annotation ${JSON.stringify(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`,
  ]
}

/** The controllers write no strange addresses, and are not asked. */
export function warnOfEndpointSlice(
  slice: object,
  previous: object | undefined,
): readonly string[] {
  const field = new Field(slice)
  const isByDomain = previous === undefined && field.field('addressType').text === 'FQDN'
  const manager = field.field('metadata', 'labels', MANAGED_BY).text
  return [
    ...(isByDomain ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...(CONTROLLERS.includes(manager)
      ? []
      : field
          .field('endpoints')
          .items.flatMap((endpoint) => endpoint.field('addresses').items.flatMap(warnOfIp))),
  ]
}

export function warnOfEndpoints(endpoints: object): readonly string[] {
  const subsets = new Field(endpoints).field('subsets').items
  return subsets.flatMap((subset) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) =>
      subset.field(list).items.flatMap((address) => warnOfIp(address.field('ip'))),
    ),
  )
}

export function warnOfServiceAccount(
  account: object,
  previous: object | undefined,
): readonly string[] {
  const annotations = new Field(account).field('metadata', 'annotations')
  const wasThere = new Field(previous).field('metadata', 'annotations').has(MOUNTABLE_SECRETS)
  if (wasThere || !annotations.has(MOUNTABLE_SECRETS)) return []
  return [
    `${annotations.entry(MOUNTABLE_SECRETS).path}: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
  ]
}

export function warnOfNode(node: object): readonly string[] {
  const spec = new Field(node).field('spec')
  return [
    ...(spec.field('configSource').isPresent ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.field('externalID').text === ''
      ? []
      : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
    ...spec.field('podCIDRs').items.flatMap(warnOfCidr),
  ]
}

/** Whether there are a certificate and a key at all; whether they belong together is not looked at. */
export function warnOfSecret(secret: object): readonly string[] {
  const field = new Field(secret)
  if (field.field('type').text !== 'kubernetes.io/tls') return []
  const parts = { certificate: 'tls.crt', key: 'tls.key' }
  const missing = Object.entries(parts).find(([, key]) => !isPem(field.field('data', key).text))
  return missing === undefined ? [] : [`tls: failed to find any PEM data in ${missing[0]} input`]
}

/** RFC 7468, section 2. */
function isPem(base64: string): boolean {
  return /-----BEGIN [^-]+-----/.test(atob(base64.replaceAll(/[\r\n]/g, '')))
}
