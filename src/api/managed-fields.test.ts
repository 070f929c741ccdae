import { describe, expect, test } from 'vitest'
import type { ApplyStep } from '../../scripts/api-cases/apply-step.ts'
import { APPLY_STORIES } from '../../scripts/api-cases/apply-stories.ts'
import { asApiObject, type JsonObject } from '../../scripts/api-cases/base-objects.ts'
import { without } from '../../scripts/json.ts'
import { mergePatched } from '../../scripts/merge-patch.ts'
import { fieldsOf, textOf, type Fields } from '../base/fields.ts'
import { ApiError } from './api-error.ts'
import { applyDefaults } from './defaults.ts'
import recorded from './generated/apply.json' with { type: 'json' }
import {
  applyConfiguration,
  keepTimes,
  managedAfterUpdate,
  type Manager,
} from './managed-fields.ts'
import type { ApiObject } from './meta.ts'

/** The answers of a real server, by `scripts/record-apply.ts`. */
interface RecordedStep {
  /** Absent: as before. */
  readonly object?: Fields
  /** Absent: as before. */
  readonly managedFields?: readonly Fields[]
  readonly status?: { readonly reason?: string; readonly code: number; readonly message: string }
}

const RECORDED: readonly { readonly name: string; readonly steps: readonly RecordedStep[] }[] =
  recorded.stories

test('the recording is of these stories', () => {
  expect(RECORDED.map(({ name }) => name)).toEqual(APPLY_STORIES.map(({ name }) => name))
  expect(RECORDED.length).toBeGreaterThanOrEqual(50)
})

describe('what becomes of an object is what a real server makes of it', () => {
  test.each(APPLY_STORIES)('$name', ({ name, steps }) => {
    const answers = RECORDED.find((story) => story.name === name)?.steps ?? []
    const resource = objectOf(steps[0]?.body ?? {})
    let live: ApiObject | undefined
    for (const [index, step] of steps.entries()) {
      const answer = answers[index] ?? {}
      const label = `step ${index}: ${JSON.stringify(step)}`
      if (answer.status !== undefined) {
        if (!isLater(answer.status)) {
          expect(refusalOf(step, { live, resource, index }), label).toEqual(
            comparable(answer.status),
          )
        }
        continue
      }
      const outcome = take(step, { live, resource, index })
      const managedFields = answer.managedFields ?? fieldsOf(live?.metadata)['managedFields'] ?? []
      expect(fieldsOf(outcome.metadata)['managedFields'] ?? [], label).toEqual(managedFields)
      const object = answer.object ?? withoutManaged(live)
      if (live !== undefined && step.how === 'apply') {
        expect(withoutManaged(outcome), label).toEqual(object)
      }
      live = objectOf(mergePatched(object, { metadata: { managedFields } }))
    }
  })
})

/** Refused by what comes after the merge: validation, the store, the decoder. */
function isLater({ reason = '', message }: NonNullable<RecordedStep['status']>): boolean {
  return reason === 'Invalid' || message.startsWith('failed to convert new object')
}

interface Moment {
  readonly live: ApiObject | undefined
  /** Of this kind and version is the resource that the story is about. */
  readonly resource: Pick<ApiObject, 'apiVersion' | 'kind'>
  readonly index: number
}

function refusalOf(step: ApplyStep, moment: Moment): unknown {
  try {
    take(step, moment)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { reason, code, message, causes } = error
    return comparable({ reason, code, message, causes })
  }
  return 'not refused'
}

/** Kubernetes lists several faults of a configuration in any order, and some without a reason. */
function comparable(status: Fields): unknown {
  const { reason, causes = [], message } = status
  const [first = '', ...lines] = textOf(message).split('\n')
  const isList = first.endsWith('errors:')
  return {
    ...without(status, reason === 'Unknown' ? ['reason'] : []),
    causes,
    message: isList ? [first, ...lines.toSorted()] : message,
  }
}

/** The object after a step, as the API server makes it with our functions. */
function take(step: ApplyStep, { live, resource, index }: Moment): ApiObject {
  const { how, as, body, on, force = false } = step
  const time = `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`
  const { apiVersion, kind } = resource
  const manager: Manager = {
    name: as,
    apiVersion,
    ...(on === undefined ? {} : { subresource: on }),
  }
  if (how === 'apply') {
    const config = objectOf(body)
    const { object } = applyConfiguration({ live, config, kind, manager, force, time })
    return stored(decoded(object), live, step)
  }
  const change = on === 'scale' ? without(body, ['metadata']) : body
  const next = decoded(objectOf(live === undefined ? body : mergePatched(sent(live), change)))
  const managedFields = managedAfterUpdate({ live, next, manager, time })
  return stored(objectOf(mergePatched(sent(next), { metadata: { managedFields } })), live, step)
}

/** With the defaults that come with decoding; what else `applyDefaults` fills in, the registry does. */
function decoded(object: ApiObject): ApiObject {
  const filled = fieldsOf(applyDefaults(object))
  if (object.kind !== 'Service') return objectOf(filled)
  const wanted = fieldsOf(sent(object)['spec'])
  const allocated = ['ipFamilies', 'ipFamilyPolicy'].filter((field) => !(field in wanted))
  return objectOf({ ...filled, spec: without(fieldsOf(filled['spec']), allocated) })
}

/** As the registry leaves it: what the request may not write is as before. */
function stored(object: ApiObject, live: ApiObject | undefined, { on }: ApplyStep): ApiObject {
  if (live === undefined) return object
  const kept = on === 'status' ? ['spec'] : ['status']
  const parts = Object.entries(sent(live)).filter(([name]) => kept.includes(name))
  const next = objectOf({ ...without(sent(object), kept), ...Object.fromEntries(parts) })
  return keepTimes(live, next)
}

function sent(object: ApiObject): Fields {
  return fieldsOf(object)
}

function withoutManaged(object: ApiObject | undefined): Fields {
  return mergePatched(fieldsOf(object), { metadata: { managedFields: null } })
}

function objectOf(fields: Fields): ApiObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON from JSON
  return asApiObject(fields as JsonObject)
}
