import type { ApiObject } from '../api/meta.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Finding } from '../base/finding.ts'
import { finding } from './new-finding.ts'
import {
  CONTAINER_RULE,
  POD_SPEC_RULE,
  SERVICE_SPEC_RULE,
  type FieldRule,
} from './applied-fields.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * One finding for each field that Kubernetes would act on and the engine does not yet. A warning
 * where the difference may change what a run proves, else a note. Asks the object as it was
 * written: what defaults add is nobody's intention.
 */
export function findNotApplied(sourced: SourcedObject): readonly Finding[] {
  const { object } = sourced
  const spec = fieldsOf((object as ApiObject & { readonly spec?: unknown }).spec)
  switch (object.kind) {
    case 'Deployment':
    case 'ReplicaSet':
      return ofPodSpec(fieldsOf(fieldsOf(spec['template'])['spec']), '/spec/template/spec', sourced)
    case 'Pod':
      return ofPodSpec(spec, '/spec', sourced)
    case 'Service':
      return [
        ...unknownTo(SERVICE_SPEC_RULE, spec, '/spec', { sourced, subject: '' }),
        ...listOf(spec['ports']).flatMap((port, index) =>
          unknownTo(SERVICE_SPEC_RULE.inner?.['ports'], port, `/spec/ports/${index}`, {
            sourced,
            subject: '',
          }),
        ),
      ]
    default:
      return []
  }
}

function ofPodSpec(spec: Fields, pointer: string, sourced: SourcedObject): readonly Finding[] {
  const containers = listOf(spec['containers'])
  return [
    ...unknownTo(POD_SPEC_RULE, spec, pointer, { sourced, subject: '' }),
    ...containers.flatMap((container, index) =>
      ofContainer(container, `${pointer}/containers/${index}`, sourced),
    ),
  ]
}

function ofContainer(
  container: Fields,
  pointer: string,
  sourced: SourcedObject,
): readonly Finding[] {
  const context = { sourced, subject: `container ${JSON.stringify(container['name'] ?? '')}: ` }
  const inner = CONTAINER_RULE.inner ?? {}
  return [
    ...unknownTo(CONTAINER_RULE, container, pointer, context),
    ...Object.entries(inner).flatMap(([field, rule]) => {
      const value = container[field]
      const at = `${pointer}/${field}`
      if (!Array.isArray(value)) return unknownTo(rule, fieldsOf(value), at, context)
      return listOf(value).flatMap((item, index) => ofItem(rule, item, `${at}/${index}`, context))
    }),
  ]
}

interface Context {
  readonly sourced: SourcedObject
  /** Which container, where there is one. */
  readonly subject: string
}

/** An item and, one level below, what it refers to (`valueFrom` of a variable). */
function ofItem(
  rule: FieldRule,
  item: Fields,
  pointer: string,
  context: Context,
): readonly Finding[] {
  return [
    ...unknownTo(rule, item, pointer, context),
    ...Object.entries(rule.inner ?? {}).flatMap(([field, below]) =>
      unknownTo(below, fieldsOf(item[field]), `${pointer}/${field}`, context),
    ),
  ]
}

function unknownTo(
  rule: FieldRule | undefined,
  fields: Fields,
  pointer: string,
  { sourced, subject }: Context,
): readonly Finding[] {
  if (rule === undefined) return []
  return Object.entries(fields).flatMap(([field, value]) => {
    const note = rule.notes?.[field]
    const isApplied = rule.applied.includes(field) && note === undefined
    const isHarmless = isEmpty(value) || isSame(rule.harmless?.[field], value)
    if (isApplied || isHarmless) return []
    const severity = rule.warnings?.[field] === undefined ? 'note' : 'warning'
    const why = rule.warnings?.[field] ?? note ?? 'hitless does not act on it yet'
    const object = `${sourced.object.kind} ${JSON.stringify(sourced.object.metadata.name)}`
    const message = `${object}: ${subject}${field} is not applied: ${why}`
    const location = locate(sourced, `${pointer}/${field}`)
    return [finding('field-not-applied', severity, message, { location })]
  })
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === false || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** One of the values that mean nothing to the engine, because they are what it does anyway. */
function isSame(harmless: readonly unknown[] | undefined, value: unknown): boolean {
  return harmless?.some((known) => JSON.stringify(known) === JSON.stringify(value)) ?? false
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map((item: unknown) => fieldsOf(item)) : []
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
