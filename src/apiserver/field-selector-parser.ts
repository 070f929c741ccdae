import type { FieldRequirement, FieldSelector } from '../api/field-selector.ts'
import type { KindDefinition } from '../api/kind-definition.ts'
import { badRequest } from './status-answer.ts'

/**
 * A field selector as it stands in a URL: `status.phase!=Running,metadata.name=web`. Undefined when it
 * selects everything. Throws ApiError BadRequest with Kubernetes' words.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function parseFieldSelector(
  text: string,
  definition: KindDefinition,
): FieldSelector | undefined {
  const terms = text.match(/(?:\\.|[^,\\])+/g) ?? []
  const requirements = terms.map((term) => requirementOf(term))
  for (const { field } of requirements) requireSupported(field, definition)
  return requirements.length === 0 ? undefined : requirements
}

function requirementOf(term: string): FieldRequirement {
  const match = /^([^=!]*)(==|!=|=)(.*)$/s.exec(term)
  if (match === null) {
    throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
  }
  const [, field = '', operator, value = ''] = match
  return { field, isEqual: operator !== '!=', value: value.replaceAll(/\\(.)/g, '$1') }
}

function requireSupported(field: string, definition: KindDefinition): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return
  const own = Object.keys(definition.selectableFields(exampleOf(definition)))
  if (own.includes(field)) return
  throw badRequest(
    own.length > 0
      ? `field label not supported: ${field}`
      : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  )
}

/** An object that has nothing, to learn the names of the fields. */
function exampleOf({ apiVersion, kind }: KindDefinition) {
  return { apiVersion, kind, metadata: { name: '' }, spec: {}, status: {}, involvedObject: {} }
}
