import { ApiError } from '../api/api-error.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { fieldsOf } from '../base/fields.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { Store } from '../store/store.ts'
import {
  API_AUDIENCE,
  type AccountTokens,
  type BoundKind,
  type Identity,
} from './account-tokens.ts'
import { objectName } from './reading.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest } from './status-answer.ts'
import { withOwner } from './transient-owner.ts'

const APPLIED = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' } as const
const DETAILS = { group: 'authentication.k8s.io', kind: 'TokenRequest' }

const DEFAULT_SECONDS = 3_600
const SECONDS_MIN = 600
const SECONDS_MAX = 2 ** 32
/**
 * The volume of every pod asks for a token of just so many seconds, and old clients never read it again: it is good for
 * a year (`--service-account-extend-token-expiration`).
 */
const VOLUME_TOKEN_SECONDS = 3_607
const EXTENDED_SECONDS = 365 * 24 * 3_600

export const TOKEN_REQUEST = { ...APPLIED, other: undefined, definition: { kind: APPLIED.kind } }

const INT64_MAX = '9223372036854775807'

export interface TokenRequestContext {
  readonly store: Store
  readonly tokens: AccountTokens
  readonly nowMs: number
  /** Who asks, as managers of fields are named. Absent: the answer tells of none. */
  readonly manager?: string
}

interface SentTokenRequest {
  readonly metadata?: ObjectMeta
  readonly spec?: unknown
}

/**
 * `serviceaccounts/token`: a token of the account, which is kept nowhere. `sent` is a TokenRequest, looked at as to its
 * types. Throws ApiError.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export function requestToken(
  { store, tokens, nowMs, manager }: TokenRequestContext,
  path: Pick<ResourcePath, 'namespace' | 'name'>,
  sent: SentTokenRequest,
): object {
  const { metadata, spec } = fieldsOf(sent)
  const { namespace = 'default', name } = objectName(path)
  requireSameIdentity(fieldsOf(metadata), { namespace, name })
  store.get('Namespace', { name: namespace })
  const account = store.get('ServiceAccount', { namespace, name }).metadata
  const { uid = '' } = account
  requireSameUid(fieldsOf(metadata), { name, uid })
  const { expirationSeconds = DEFAULT_SECONDS, boundObjectRef, audiences } = fieldsOf(spec)
  const seconds = Number(expirationSeconds)
  requireSeconds(seconds)
  const asked = textsOf(audiences)
  const meant = asked.length === 0 ? [API_AUDIENCE] : asked
  const bound = boundObjects(store, boundObjectRef, { namespace, name })
  const isOfVolume =
    bound.Pod !== undefined &&
    seconds === VOLUME_TOKEN_SECONDS &&
    meant.every((audience) => audience === API_AUDIENCE)
  const token = tokens.issue({
    account: { namespace, name, uid },
    bound,
    audiences: meant,
    nowMs,
    ...(isOfVolume
      ? { validSeconds: EXTENDED_SECONDS, warnAfterSeconds: seconds }
      : { validSeconds: seconds }),
  })
  return {
    kind: APPLIED.kind,
    apiVersion: APPLIED.apiVersion,
    metadata: {
      ...metadataOf(sent, nowMs, manager),
      name,
      namespace,
      uid,
      creationTimestamp: formatTimestamp(nowMs),
    },
    spec: {
      audiences: meant,
      expirationSeconds: seconds,
      boundObjectRef: boundObjectRef === undefined ? null : reference(boundObjectRef),
    },
    status: { token, expirationTimestamp: formatTimestamp(nowMs + seconds * 1000) },
  }
}

/** What is sent of it comes back; the time that is filled in is a field of the sender as well. */
function metadataOf(
  { metadata = { name: '' }, spec }: SentTokenRequest,
  nowMs: number,
  manager: string | undefined,
): ObjectMeta {
  if (manager === undefined) return metadata
  const filled = { expirationSeconds: DEFAULT_SECONDS, ...fieldsOf(spec) }
  const whole = { ...APPLIED, metadata, spec: filled }
  return withOwner(whole, { manager, nowMs, subresource: 'token' }).metadata
}

function requireSameIdentity(
  { name = '', namespace = '' }: Fields,
  own: { readonly namespace: string; readonly name: string },
): void {
  if (namespace !== '' && namespace !== own.namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  }
  if (name === '' || name === own.name) return
  const why = `${JSON.stringify(name)}: must match the service account name if specified`
  throw invalidRequest(own.name, 'metadata.name', why)
}

function requireSameUid({ uid: asked = '' }: Fields, own: Required<Identity>): void {
  if (asked === '' || asked === own.uid) return
  const why = `the UID in the token request (${String(asked)}) does not match the UID of the service account (${own.uid})`
  throw conflict('TokenRequest.authentication.k8s.io', own.name, why, DETAILS)
}

function requireSeconds(seconds: number): void {
  const field = 'spec.expirationSeconds'
  // As Go prints an int64, of which the greatest has no number of its own here.
  const printed = seconds >= 2 ** 63 ? INT64_MAX : String(BigInt(Math.trunc(seconds)))
  // Kubernetes names no account here.
  if (seconds < SECONDS_MIN) {
    throw invalidRequest('', field, `${printed}: may not specify a duration less than 10 minutes`)
  }
  if (seconds > SECONDS_MAX) {
    const why = `${printed}: may not specify a duration larger than 2^32 seconds`
    throw invalidRequest('', field, why)
  }
}

/** What the token is bound to; with a pod also its node. */
function boundObjects(
  store: Store,
  ref: unknown,
  account: { readonly namespace: string; readonly name: string },
): Readonly<Partial<Record<BoundKind, Identity>>> {
  if (ref === undefined) return {}
  const { kind = '', apiVersion = '', name = '', uid = '' } = fieldsOf(ref)
  const { group, version } = splitVersion(String(apiVersion))
  if (group !== '' || !isBoundKind(kind)) {
    const type = `${group}/${version}, Kind=${String(kind)}`
    throw badRequest(`cannot bind token to object of type ${type}`)
  }
  if (name === '') throw badRequest('Name parameter required.')
  const { namespace } = account
  const found = store.get(kind, {
    name: String(name),
    ...(kind === 'Node' ? {} : { namespace }),
  })
  const own = { name: found.metadata.name, uid: found.metadata.uid ?? '' }
  const node = found.kind === 'Pod' ? nodeOf(store, found.spec, account.name) : {}
  if (uid !== '' && uid !== own.uid) {
    const why = `the UID in the bound object reference (${String(uid)}) does not match the UID in record. The object might have been deleted and then recreated`
    throw conflict(kind, own.name, why, { kind })
  }
  return { ...node, [kind]: own }
}

function nodeOf(
  store: Store,
  { serviceAccountName, nodeName = '' }: { readonly nodeName?: string } & Fields,
  account: string,
): Readonly<Partial<Record<BoundKind, Identity>>> {
  if (serviceAccountName !== account) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    )
  }
  if (nodeName === '') return {}
  // A pod may name a node that is not there.
  if (!store.has('Node', { name: nodeName })) return { Node: { name: nodeName } }
  const { uid = '' } = store.get('Node', { name: nodeName }).metadata
  return { Node: { name: nodeName, uid } }
}

type Fields = Readonly<Record<string, unknown>>

function isBoundKind(kind: unknown): kind is BoundKind {
  return kind === 'Pod' || kind === 'Secret' || kind === 'Node'
}

/** Nothing where it has more than one slash, as Go's ParseGroupVersion. */
function splitVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const [first = '', second, ...more] = apiVersion.split('/')
  if (more.length > 0) return { group: '', version: '' }
  return second === undefined ? { group: '', version: first } : { group: first, version: second }
}

/** In the order of its fields in Go. */
function reference(ref: unknown): object {
  const { kind, apiVersion, name, uid } = fieldsOf(ref)
  const given = Object.entries({ kind, apiVersion, name, uid })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ''))
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function conflict(
  subject: string,
  name: string,
  why: string,
  details: { readonly group?: string; readonly kind: string },
): ApiError {
  const message = `Operation cannot be fulfilled on ${subject} ${JSON.stringify(name)}: ${why}`
  return new ApiError('Conflict', message, [], { name, ...details })
}

function invalidRequest(name: string, field: string, why: string): ApiError {
  const message = `Invalid value: ${why}`
  return new ApiError(
    'Invalid',
    `TokenRequest.authentication.k8s.io ${JSON.stringify(name)} is invalid: ${field}: ${message}`,
    [{ reason: 'FieldValueInvalid', message, field }],
    { name, ...DETAILS },
  )
}
