import type { ApiObject } from './meta.ts'
import { forbidden, invalid, required, ROOT, type FieldFault } from './validation/fault.ts'
import { Field } from './validation/field.ts'
import { validateLabelRequirement } from './validation/label-selector.ts'

/** Whose access is asked for: the asker's, anybody's, or anybody's in one namespace. */
export type AccessReviewScope = 'self' | 'anybody' | 'local'

const VALUES_WANTED = "must be specified when `operator` is 'In' or 'NotIn'"
const VALUES_FORBIDDEN = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"

/** pkg/apis/authorization/validation/validation.go. */
export function validateAccessReview(
  object: ApiObject,
  scope: AccessReviewScope,
): readonly FieldFault[] {
  const review = new Field(object)
  const spec = review.field('spec')
  return [
    ...validateQuestion(spec),
    ...(scope === 'self' || spec.field('user').text !== '' || spec.field('groups').items.length > 0
      ? []
      : [invalid(spec.field('user'), '', 'at least one of user or group must be specified')]),
    ...validateResource(spec.field('resourceAttributes')),
    ...validateEmptyMetadata(object, scope),
    ...(scope === 'local' ? validateLocal(review) : []),
  ]
}

/** Exactly one thing is asked for. */
function validateQuestion(spec: Field): readonly FieldFault[] {
  const [resource, other] = [spec.field('resourceAttributes'), spec.field('nonResourceAttributes')]
  if (resource.isPresent !== other.isPresent) return []
  return other.isPresent
    ? [
        invalid(
          other,
          goAttributes(other),
          'cannot be specified in combination with resourceAttributes',
        ),
      ]
    : [
        invalid(
          resource,
          null,
          'exactly one of nonResourceAttributes or resourceAttributes must be specified',
        ),
      ]
}

/** As Go prints its struct. */
function goAttributes(attributes: Field): object {
  return { Path: attributes.field('path').text, Verb: attributes.field('verb').text }
}

function validateResource(attributes: Field): readonly FieldFault[] {
  const fields = attributes.field('fieldSelector')
  const labels = attributes.field('labelSelector')
  return [
    ...validateForm(fields),
    ...fields.field('requirements').items.flatMap(validateFieldRequirement),
    ...validateForm(labels),
    ...labels
      .field('requirements')
      .items.flatMap((requirement) => validateLabelRequirement(requirement)),
  ]
}

/** A selector is a text or a list, and not both. */
function validateForm(selector: Field): readonly FieldFault[] {
  if (!selector.isPresent) return []
  const [raw, requirements] = [selector.field('rawSelector'), selector.field('requirements')]
  const isListed = requirements.items.length > 0
  if (raw.text !== '' && isListed) {
    return [invalid(raw, raw.text, 'may not specified at the same time as requirements')]
  }
  if (raw.text !== '' || isListed) return []
  const why = `when ${selector.path} is specified, requirements or rawSelector is required`
  return [required(requirements, why)]
}

/** An operator that is not known is one of a newer client. */
function validateFieldRequirement(requirement: Field): readonly FieldFault[] {
  const key = requirement.field('key')
  const operator = requirement.field('operator').text
  const values = requirement.field('values')
  const hasValues = values.items.length > 0
  return [
    ...(key.text === '' ? [required(key, 'must be specified')] : []),
    ...(['In', 'NotIn'].includes(operator) && !hasValues ? [required(values, VALUES_WANTED)] : []),
    ...(['Exists', 'DoesNotExist'].includes(operator) && hasValues
      ? [forbidden(values, VALUES_FORBIDDEN)]
      : []),
  ]
}

/** In the order of the fields in Go, which is that of the message. */
const METADATA_FIELDS = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]

function validateEmptyMetadata(
  { metadata }: ApiObject,
  scope: AccessReviewScope,
): readonly FieldFault[] {
  const given = Object.entries(metadata).filter(([, value]) => !isEmpty(value))
  const allowed = ['managedFields', ...(scope === 'local' ? ['namespace'] : [])]
  if (given.every(([field]) => allowed.includes(field))) return []
  const printed = Object.fromEntries(given.toSorted(([a], [b]) => rankOf(a) - rankOf(b)))
  const rule = scope === 'local' ? 'must be empty except for namespace' : 'must be empty'
  return [invalid(ROOT.child('metadata'), printed, rule)]
}

function rankOf(field: string): number {
  return METADATA_FIELDS.indexOf(field)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function validateLocal(review: Field): readonly FieldFault[] {
  const resource = review.field('spec', 'resourceAttributes')
  const other = review.field('spec', 'nonResourceAttributes')
  const namespace = resource.field('namespace')
  const isHere = namespace.text === review.field('metadata', 'namespace').text
  return [
    ...(resource.isPresent && !isHere
      ? [invalid(namespace, namespace.text, 'must match metadata.namespace')]
      : []),
    ...(other.isPresent
      ? [invalid(other, goAttributes(other), 'disallowed on this kind of request')]
      : []),
  ]
}
