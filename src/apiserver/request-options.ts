import { ApiError } from '../api/api-error.ts'
import { parseLabelSelector } from '../api/label-selector-parser.ts'
import type { KindDefinition } from '../api/kind-definition.ts'
import { checkFieldManager, managerOfAgent } from '../api/manager-name.ts'
import { fieldsOf } from '../base/fields.ts'
import type { DeletionOptions, Selection } from '../store/request.ts'
import { readFlag, readInt64 } from './streaming/query-values.ts'
import { parseFieldSelector } from './field-selector-parser.ts'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

/** The query of a request that writes. */
export interface WriteQuery {
  readonly dryRun: boolean
  readonly fieldValidation: FieldValidation
  /** Who writes, for managedFields. */
  readonly manager: string
  /** Of a server-side apply. */
  readonly force: boolean
}

export interface ListQuery {
  readonly selection: Pick<Selection, 'labelSelector' | 'fieldSelector'>
  /** 0: no limit. */
  readonly limit: number
  readonly continueToken: string
  /** Empty: the newest. */
  readonly resourceVersion: string
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan'
  readonly watch: boolean
  readonly allowWatchBookmarks: boolean
  readonly sendInitialEvents: boolean
  readonly timeoutSeconds: number | undefined
}

type WriteVerb = 'Create' | 'Update' | 'Patch'

/** https://kubernetes.io/docs/reference/kubernetes-api/common-parameters/common-parameters/ */
export function readWriteQuery(
  query: URLSearchParams,
  verb: WriteVerb,
  { isApply = false, userAgent = '' }: { isApply?: boolean; userAgent?: string } = {},
): WriteQuery {
  const kind = `${verb}Options`
  const dryRun = readDryRun(query.getAll('dryRun'), kind)
  const fieldValidation = query.get('fieldValidation') ?? ''
  if (!isFieldValidation(fieldValidation)) {
    const message = `Unsupported value: ${JSON.stringify(fieldValidation)}: supported values: "", "Ignore", "Strict", "Warn"`
    throw invalidOptions(kind, 'fieldValidation', 'FieldValueNotSupported', message)
  }
  const force = query.get('force')
  if (force !== null && !isApply) {
    const message = 'Forbidden: may not be specified for non-apply patch'
    if (verb === 'Patch') throw invalidOptions(kind, 'force', 'FieldValueForbidden', message)
  }
  const asked = query.get('fieldManager') ?? ''
  const [fault] = checkFieldManager(asked, { isApply })
  if (fault !== undefined) throw invalidOptions(kind, fault.path, fault.reason, fault.message)
  return {
    dryRun,
    fieldValidation: fieldValidation === '' ? 'Warn' : fieldValidation,
    manager: asked === '' ? managerOfAgent(userAgent) : asked,
    force: readFlag(query, 'force'),
  }
}

export function readListQuery(query: URLSearchParams, definition: KindDefinition): ListQuery {
  const labelSelector = parseLabelSelector(query.get('labelSelector') ?? '')
  const fieldSelector = parseFieldSelector(query.get('fieldSelector') ?? '', definition)
  const resourceVersion = query.get('resourceVersion') ?? ''
  const match = query.get('resourceVersionMatch') ?? ''
  const watch = readFlag(query, 'watch')
  const initial = query.get('sendInitialEvents')
  const timeoutSeconds = readInt64(query, 'timeoutSeconds')
  const limit = readInt64(query, 'limit') ?? 0
  requireMatch({ match, resourceVersion, initial, watch, limit, query })
  return {
    selection: {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    },
    limit: Math.max(0, limit),
    continueToken: query.get('continue') ?? '',
    resourceVersion,
    resourceVersionMatch: match === 'Exact' || match === 'NotOlderThan' ? match : '',
    watch,
    allowWatchBookmarks: readFlag(query, 'allowWatchBookmarks'),
    sendInitialEvents: readFlag(query, 'sendInitialEvents'),
    timeoutSeconds,
  }
}

interface MatchParts {
  readonly match: string
  readonly resourceVersion: string
  readonly initial: string | null
  readonly watch: boolean
  readonly limit: number
  readonly query: URLSearchParams
}

function forbid(field: string, why: string): ApiError {
  return invalidOptions('ListOptions', field, 'FieldValueForbidden', `Forbidden: ${why}`)
}

/** apimachinery, pkg/apis/meta/internalversion/validation. */
function requireMatch(parts: MatchParts): void {
  const { match, resourceVersion, initial, watch, query } = parts
  if (watch) {
    if (initial !== null && match !== 'NotOlderThan') {
      throw forbid(
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      )
    }
    if (initial === null && match !== '') {
      throw forbid(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      )
    }
    return
  }
  if (initial !== null) {
    throw forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  }
  if (match === '') return
  if (resourceVersion === '') {
    throw forbid(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden unless resourceVersion is provided',
    )
  }
  if ((query.get('continue') ?? '') !== '') {
    throw forbid(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden when continue is provided',
    )
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`
    throw invalidOptions('ListOptions', 'resourceVersionMatch', 'FieldValueNotSupported', message)
  }
  if (match === 'Exact' && resourceVersion === '0') {
    throw forbid(
      'resourceVersionMatch',
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    )
  }
}

/** Options of a deletion: in the body, or (an older way) in the query. */
export function readDeletionOptions(
  query: URLSearchParams,
  body: Readonly<Record<string, unknown>>,
): DeletionOptions & { readonly dryRun: boolean } {
  const merged = Object.keys(body).length > 0 ? body : optionsOfQuery(query)
  const dryRuns = Array.isArray(merged['dryRun']) ? merged['dryRun'].map(String) : []
  const policy = merged['propagationPolicy']
  const orphans = merged['orphanDependents']
  const grace = merged['gracePeriodSeconds']
  const { uid, resourceVersion } = fieldsOf(merged['preconditions'])
  if (policy !== undefined && policy !== null && orphans !== undefined && orphans !== null) {
    const message = `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`
    throw invalidOptions('DeleteOptions', 'propagationPolicy', 'FieldValueInvalid', message)
  }
  const preconditions = {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  }
  const propagationPolicy = policyOf(policy, orphans)
  return {
    dryRun: readDryRun(dryRuns, 'DeleteOptions'),
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
  }
}

function policyOf(policy: unknown, orphans: unknown): DeletionOptions['propagationPolicy'] {
  if (policy === 'Orphan' || policy === 'Background' || policy === 'Foreground') return policy
  if (policy !== undefined && policy !== null && policy !== '') {
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`
    throw invalidOptions('DeleteOptions', 'propagationPolicy', 'FieldValueNotSupported', message)
  }
  if (orphans === true) return 'Orphan'
  return orphans === false ? 'Background' : undefined
}

function optionsOfQuery(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const grace = readInt64(query, 'gracePeriodSeconds')
  const policy = query.get('propagationPolicy')
  const orphans = query.get('orphanDependents')
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(orphans === null ? {} : { orphanDependents: readFlag(query, 'orphanDependents') }),
    dryRun: query.getAll('dryRun'),
  }
}

function readDryRun(values: readonly string[], kind: string): boolean {
  if (values.every((value) => value === 'All')) return values.length > 0
  const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`
  throw invalidOptions(kind, 'dryRun', 'FieldValueNotSupported', message)
}

function isFieldValidation(text: string): text is FieldValidation | '' {
  return ['', 'Ignore', 'Warn', 'Strict'].includes(text)
}

function invalidOptions(kind: string, field: string, reason: string, message: string): ApiError {
  return new ApiError(
    'Invalid',
    `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`,
    [{ reason, message, field }],
    { group: 'meta.k8s.io', kind },
  )
}
