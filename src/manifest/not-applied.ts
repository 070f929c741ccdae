import { definitionOf } from '../api/kinds.ts'
import type { ApiObject } from '../api/meta.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import { isFields } from '../base/fields.ts'
import type { Finding } from '../base/finding.ts'
import { POD_SPEC_RULE, SERVICE_SPEC_RULE, type FieldRule } from './applied-fields.ts'
import { finding } from './new-finding.ts'

/**
 * One finding for each field that Kubernetes would act on and the engine does not yet. A warning
 * where the difference may change what a run proves, else a note. Asks the object as it was
 * written: what defaults add is nobody's intention. `unknownFields` are pointers to fields that do
 * not exist, which are told elsewhere.
 */
export function findNotApplied(
  sourced: SourcedObject,
  unknownFields: readonly string[],
): readonly Finding[] {
  const { kind, metadata } = sourced.object
  const walk = new RuleWalk(sourced, unknownFields)
  walk.subject = `${kind} ${JSON.stringify(metadata.name)}: `
  const podSpecAt = definitionOf(sourced.object)?.podSpec?.pointer
  if (podSpecAt !== undefined) walk.visit(POD_SPEC_RULE, podSpecAt)
  if (kind === 'Service') walk.visit(SERVICE_SPEC_RULE, '/spec')
  return walk.findings
}

/**
 * The warnings among them for an object that a client of `hitless up` writes: Kubernetes' defaults are in it, and tokens of
 * accounts are made.
 */
export function warningsOfNotApplied(object: ApiObject): readonly string[] {
  return findNotApplied({ object: withoutTokens(object), locations: {} }, [])
    .filter(({ severity }) => severity === 'warning')
    .map(({ message }) => message)
}

function withoutTokens(object: ApiObject): ApiObject {
  const text = JSON.stringify(object, (key, value: unknown) =>
    key === 'serviceAccountToken' ? undefined : value,
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy of the object
  return JSON.parse(text) as ApiObject
}

class RuleWalk {
  readonly findings: Finding[] = []
  subject = ''
  readonly #sourced: SourcedObject
  readonly #unknownFields: readonly string[]

  constructor(sourced: SourcedObject, unknownFields: readonly string[]) {
    this.#sourced = sourced
    this.#unknownFields = unknownFields
  }

  visit(rule: FieldRule, pointer: string): void {
    const steps = pointer.split('/').slice(1)
    const value = steps.reduce<unknown>(
      (parent, step) => (isFields(parent) ? parent[step] : undefined),
      this.#sourced.object,
    )
    this.#visitValue(rule, value, { pointer, subject: this.subject })
  }

  #visitValue(
    rule: FieldRule,
    value: unknown,
    { pointer, subject }: { readonly pointer: string; readonly subject: string },
  ): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        this.#visitValue(rule, item, { pointer: `${pointer}/${index}`, subject })
      }
      return
    }
    if (!isFields(value)) return
    const { name } = value
    const named = rule.isNamed !== undefined && typeof name === 'string'
    const within = named ? `${subject}${rule.isNamed} ${JSON.stringify(name)}: ` : subject
    for (const [field, inner] of Object.entries(value)) {
      const at = { pointer: `${pointer}/${field}`, subject: within }
      this.#visitField(rule, field, inner, at)
      const below = rule.inner?.[field]
      if (below !== undefined) this.#visitValue(below, inner, at)
    }
  }

  #visitField(
    rule: FieldRule,
    field: string,
    value: unknown,
    { pointer, subject }: { readonly pointer: string; readonly subject: string },
  ): void {
    const note = rule.notes?.[field]
    const isApplied = rule.applied.includes(field)
    const isOther = !isApplied && note === undefined && rule.harmless?.[field] === undefined
    const warning = rule.warnings?.[field] ?? (isOther ? rule.others : undefined)
    if (isApplied && warning === undefined && note === undefined) return
    // A volume may be of a type that has nothing to say: `ephemeral: {}`.
    const isNothing = isEmpty(value) && !(rule.others !== undefined && isFields(value))
    if (isNothing || isOneOf(rule.harmless?.[field], value)) return
    if (this.#unknownFields.includes(pointer)) return
    const why = warning ?? note ?? 'hitless does not act on it yet'
    const message = `${subject}${field} has no effect here: ${why}`
    this.findings.push(
      finding('field-not-applied', warning === undefined ? 'note' : 'warning', message, {
        location: locate(this.#sourced, pointer),
      }),
    )
  }
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === false || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function isOneOf(values: readonly unknown[] | undefined, value: unknown): boolean {
  return values?.some((known) => JSON.stringify(known) === JSON.stringify(value)) ?? false
}
