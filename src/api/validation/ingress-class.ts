import { invalid, invalidAll, notSupported, required, tooLong, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { forbidPresent } from './field-checks.ts'
import { validateReference } from './ingress.ts'
import { checkLabel, checkSubdomain } from './names.ts'

const CONTROLLER_MAX = 250
const CONTROLLER_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"

/** validateIngressClassSpec. */
export function validateIngressClassSpec(spec: Field): readonly FieldFault[] {
  const controller = spec.field('controller')
  return [
    ...(controller.text.length > CONTROLLER_MAX ? [tooLong(controller, CONTROLLER_MAX)] : []),
    ...validateController(controller),
    ...validateParameters(spec.field('parameters')),
  ]
}

export function validateIngressClassUpdate(next: Field, previous: Field): readonly FieldFault[] {
  const controller = next.field('controller')
  return controller.text === previous.field('controller').text
    ? []
    : [invalid(controller, controller.text, 'field is immutable')]
}

/** `example.com/ingress` (IsDomainPrefixedPath). */
function validateController(controller: Field): readonly FieldFault[] {
  const { text } = controller
  if (text === '') return [required(controller)]
  const [, host = '', path = ''] = /^([^/]*)\/([^]*)$/.exec(text) ?? []
  if (host === '' || path === '') {
    const detail = 'must be a domain-prefixed path (such as "acme.io/foo")'
    return [invalid(controller, text, detail)]
  }
  const rule = `Invalid path (regex used for validation is '${CONTROLLER_PATH}')`
  return [
    ...invalidAll(controller, host, checkSubdomain(host)),
    ...(new RegExp(`^${CONTROLLER_PATH}$`).test(path) ? [] : [invalid(controller, path, rule)]),
  ]
}

function validateParameters(parameters: Field): readonly FieldFault[] {
  if (!parameters.isPresent) return []
  const scope = parameters.field('scope')
  return [...validateReference(parameters), ...validateScope(parameters, scope)]
}

function validateScope(parameters: Field, scope: Field): readonly FieldFault[] {
  const namespace = parameters.field('namespace')
  switch (scope.text) {
    case 'Namespace':
      return namespace.isPresent
        ? invalidAll(namespace, namespace.text, checkLabel(namespace.text))
        : [required(namespace, "`parameters.scope` is set to 'Namespace'")]
    case 'Cluster':
      return forbidPresent(namespace, "`parameters.scope` is set to 'Cluster'")
    default:
      return scope.isPresent
        ? [notSupported(scope, scope.text, ['Cluster', 'Namespace'])]
        : [required(scope)]
  }
}
