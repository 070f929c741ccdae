/**
 * Questions that a client asks about itself or a token: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 * Whoever is let in may do everything, so that the answers are always the same.
 */
import { validateAccessReview, type AccessReviewScope } from '../api/access-review.ts'
import { ApiError } from '../api/api-error.ts'
import { parseLabelSelector } from '../api/label-selector-parser.ts'
import type { ApiObject } from '../api/meta.ts'
import { invalidObjectError, type FieldFault } from '../api/validation.ts'
import { fieldsOf, textOf } from '../base/fields.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import { API_AUDIENCE } from './account-tokens.ts'
import { checkToken, type Authenticators } from './authentication.ts'
import { decodeSent } from './body-decoder.ts'
import type { WriteQuery } from './request-options.ts'
import { badRequest } from './status-answer.ts'
import { withOwner } from './transient-owner.ts'
import type { User } from './user.ts'
import type { RequestBody } from './writing.ts'

/** A kind that is only ever created, and kept nowhere: the answer is the object. */
export interface Review {
  readonly groupVersion: string
  readonly kind: string
  readonly plural: string
  /** Absent: in none. */
  readonly namespaced?: boolean
  answer(sent: SentReview, asker: Asker): ReviewAnswer
}

/** As it is sent, with who has which field of it. */
type SentReview = ApiObject & { readonly spec?: unknown }

export interface Asker extends Authenticators {
  readonly user: User
  readonly nowMs: number
}

interface ReviewAnswer {
  readonly metadata?: object
  readonly spec?: Fields
  readonly status: object
}

type Fields = Readonly<Record<string, unknown>>

const AUTHENTICATION = 'authentication.k8s.io/v1'
const AUTHORIZATION = 'authorization.k8s.io/v1'

const EVERYTHING = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}

export const REVIEWS: readonly Review[] = [
  {
    groupVersion: AUTHENTICATION,
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    answer: (_sent, { user, nowMs }) => ({
      metadata: { creationTimestamp: formatTimestamp(nowMs) },
      status: { userInfo: user },
    }),
  },
  {
    groupVersion: AUTHENTICATION,
    kind: 'TokenReview',
    plural: 'tokenreviews',
    answer: ({ metadata, spec }, asker) => ({
      metadata,
      spec: fieldsOf(spec),
      status: reviewToken(fieldsOf(spec), asker),
    }),
  },
  accessReview('SelfSubjectAccessReview', 'self'),
  accessReview('SubjectAccessReview', 'anybody'),
  { ...accessReview('LocalSubjectAccessReview', 'local'), namespaced: true },
  {
    groupVersion: AUTHORIZATION,
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    answer: ({ spec }) => {
      const { namespace } = fieldsOf(spec)
      if (typeof namespace !== 'string' || namespace === '') {
        throw badRequest('no namespace on request')
      }
      // Kubernetes answers without what was asked.
      return { spec: {}, status: EVERYTHING }
    },
  },
]

/** What whoever is let in may do everyone may do: nothing is known of others. */
function accessReview(kind: string, scope: AccessReviewScope): Review {
  return {
    groupVersion: AUTHORIZATION,
    kind,
    plural: `${kind.toLowerCase()}s`,
    answer: (sent) => {
      const faults = validateAccessReview(sent, scope)
      if (faults.length > 0) throw invalidReview(sent, faults)
      const spec = fieldsOf(sent.spec)
      return { metadata: sent.metadata, spec, status: { allowed: true, ...unreadable(spec) } }
    },
  }
}

/** Whether the path is in a group of the API that has nothing but reviews. */
export function isAmongReviews(path: string): boolean {
  return [AUTHENTICATION, AUTHORIZATION].some((group) => path.startsWith(`/apis/${group}/`))
}

/** A review that a path asks for, and where. */
export interface AskedReview {
  readonly review: Review
  readonly namespace: string | undefined
}

/** Undefined when the path is no review's. */
export function reviewAt(path: string): AskedReview | undefined {
  const [, groupVersion = '', namespace, plural] =
    /^\/apis\/([^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(path) ?? []
  const review = REVIEWS.find(
    (each) => each.groupVersion === groupVersion && each.plural === plural,
  )
  const isThere = review !== undefined && (review.namespaced === true) === (namespace !== undefined)
  return isThere ? { review, namespace } : undefined
}

/** The object that answers, and what its sender is to be warned of. Throws ApiError. */
export function answerReview(
  { review, namespace }: AskedReview,
  body: RequestBody,
  { fieldValidation, manager }: Pick<WriteQuery, 'fieldValidation' | 'manager'>,
  asker: Asker,
): { readonly object: object; readonly warnings: readonly string[] } {
  const { groupVersion, kind } = review
  const sentKind = { apiVersion: groupVersion, other: undefined, definition: { kind } }
  const { object, warnings } = decodeSent(body, sentKind, fieldValidation)
  const sent = withOwner(placed(object, namespace), { manager, nowMs: asker.nowMs })
  const { metadata = {}, ...answer } = review.answer(sent, asker)
  const told = Object.entries(metadata).filter(([, value]) => value !== '')
  return {
    object: {
      kind,
      apiVersion: groupVersion,
      metadata: Object.fromEntries(told),
      ...answer,
    },
    warnings,
  }
}

function placed(object: ApiObject, namespace: string | undefined): ApiObject {
  const given = object.metadata.namespace ?? ''
  if (given !== '' && given !== (namespace ?? '')) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  }
  if (namespace === undefined) return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

/** A selector that cannot be read is left out of the question. */
function unreadable({ resourceAttributes }: Fields): Fields {
  const { labelSelector } = fieldsOf(resourceAttributes)
  const { rawSelector } = fieldsOf(labelSelector)
  try {
    parseLabelSelector(textOf(rawSelector))
    return {}
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return {
      evaluationError: 'spec.resourceAttributes.labelSelector ignored due to parse error',
    }
  }
}

/** Whose token it is. https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
function reviewToken({ token = '', audiences }: Fields, asker: Asker): object {
  if (typeof token !== 'string' || token === '') {
    throw badRequest('token is required for TokenReview in authentication')
  }
  const asked = Array.isArray(audiences) ? audiences.map(String) : []
  const checked = checkToken(token, asker, asked.length === 0 ? [API_AUDIENCE] : asked)
  switch (checked.result) {
    case 'accepted':
      return { authenticated: true, user: checked.user, audiences: checked.audiences }
    case 'refused':
      return { user: {}, error: `[invalid bearer token, ${checked.why}]` }
    case 'unknown':
      return { user: {}, error: 'invalid bearer token' }
  }
}

/** Kubernetes says this of a kind without a name. */
function invalidReview(sent: ApiObject, faults: readonly FieldFault[]): ApiError {
  const { message, causes } = invalidObjectError(
    { ...sent, kind: '', metadata: { name: '' } },
    faults,
  )
  return new ApiError('Invalid', message, causes, { group: 'authorization.k8s.io' })
}
