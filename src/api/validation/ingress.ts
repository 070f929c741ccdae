import { parseIp } from '../addresses.ts'
import { invalid, invalidAll, notSupported, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkText } from './field-checks.ts'
import {
  checkDns1035,
  checkHost,
  checkPathSegment,
  checkPortName,
  checkPortNumber,
  checkSubdomain,
} from './names.ts'

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const PATH_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const PATH_ENDS = ['/..', '/.']
/** What said the class before `ingressClassName` did. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

/** pkg/apis/networking/validation/validation.go, ValidateIngressSpec. */
export function validateIngressSpec(spec: Field): readonly FieldFault[] {
  const rules = spec.field('rules')
  const backend = spec.field('defaultBackend')
  const className = spec.field('ingressClassName')
  const isEmpty = rules.items.length === 0 && !backend.isPresent
  return [
    ...(isEmpty
      ? [
          invalid(
            spec,
            rules.isPresent ? [] : null,
            'either `defaultBackend` or `rules` must be specified',
          ),
        ]
      : []),
    ...(backend.isPresent ? validateBackend(backend) : []),
    ...rules.items.flatMap(validateRule),
    ...spec.field('tls').items.flatMap(validateTls),
    ...(className.isPresent
      ? invalidAll(className, className.text, checkSubdomain(className.text))
      : []),
  ]
}

/** A new Ingress says its class once, or twice the same. */
export function validateIngressClassName(ingress: Field): readonly FieldFault[] {
  const annotation = ingress.field('metadata', 'annotations', CLASS_ANNOTATION)
  const className = ingress.field('spec', 'ingressClassName')
  if (!annotation.isPresent || !className.isPresent || annotation.text === className.text) return []
  const at = { path: `annotations.${CLASS_ANNOTATION}`, pointer: annotation.pointer }
  const detail = 'must match `ingressClassName` when both are specified'
  return [{ ...invalid(annotation, annotation.text, detail), ...at }]
}

function validateRule(rule: Field): readonly FieldFault[] {
  const host = rule.field('host')
  const paths = rule.field('http', 'paths')
  return [
    ...(parseIp(host.text) === undefined
      ? []
      : [invalid(host, host.text, 'must be a DNS name, not an IP address')]),
    ...checkText(host, checkHost),
    ...(rule.field('http').isPresent && paths.items.length === 0 ? [required(paths)] : []),
    ...paths.items.flatMap(validatePath),
  ]
}

function validatePath(path: Field): readonly FieldFault[] {
  const type = path.field('pathType')
  if (!type.isPresent) return [required(type, 'pathType must be specified')]
  return [...validatePathText(path.field('path'), type), ...validateBackend(path.field('backend'))]
}

function validatePathText(path: Field, type: Field): readonly FieldFault[] {
  const { text } = path
  const isAbsolute = text.startsWith('/')
  const relative = [invalid(path, text, 'must be an absolute path')]
  switch (type.text) {
    case 'Exact':
    case 'Prefix':
      return [
        ...(isAbsolute ? [] : relative),
        ...PATH_PARTS.filter((part) => text.includes(part)).map((part) =>
          invalid(path, text, `must not contain '${part}'`),
        ),
        ...PATH_ENDS.filter((end) => text.endsWith(end)).map((end) =>
          invalid(path, text, `cannot end with '${end}'`),
        ),
      ]
    case 'ImplementationSpecific':
      return text === '' || isAbsolute ? [] : relative
    default:
      return [notSupported(type, type.text, PATH_TYPES)]
  }
}

function validateBackend(backend: Field): readonly FieldFault[] {
  const [resource, service] = [backend.field('resource'), backend.field('service')]
  if (resource.isPresent && service.isPresent) {
    return [invalid(backend, '', 'cannot set both resource and service backends')]
  }
  if (resource.isPresent) return validateReference(resource)
  if (!service.isPresent) {
    return [invalid(backend, '', 'resource or service backend is required')]
  }
  const name = service.field('name')
  return [
    ...(name.text === '' ? [required(name)] : checkText(name, checkDns1035)),
    ...validateBackendPort(service.field('port'), backend),
  ]
}

function validateBackendPort(port: Field, backend: Field): readonly FieldFault[] {
  const name = port.field('name')
  const number = port.field('number')
  const hasNumber = (number.number ?? 0) !== 0
  if (name.text !== '' && hasNumber) {
    return [invalid(backend, '', 'cannot set both port name & port number')]
  }
  if (name.text !== '') return checkText(name, checkPortName)
  return hasNumber
    ? invalidAll(number, number.number, checkPortNumber(number.number ?? 0))
    : [required(backend, 'port name or number is required')]
}

/** A reference to an object of any kind. */
export function validateReference(reference: Field): readonly FieldFault[] {
  const group = reference.field('apiGroup')
  return [
    ...(group.isPresent ? invalidAll(group, group.text, checkSubdomain(group.text)) : []),
    ...['kind', 'name'].flatMap((name) => {
      const field = reference.field(name)
      return field.text === '' ? [required(field)] : checkText(field, checkPathSegment)
    }),
  ]
}

function validateTls(tls: Field): readonly FieldFault[] {
  return [
    ...tls
      .field('hosts')
      .items.flatMap((host) => invalidAll(host, host.text, checkHost(host.text))),
    ...checkText(tls.field('secretName'), checkSubdomain),
  ]
}
