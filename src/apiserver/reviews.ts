/**
 * Questions that a client asks about itself: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 * Who has the token may do everything, so that the answers are always the same.
 */
import { ApiError } from '../api/api-error.ts'
import { badRequest } from './status-answer.ts'

/** A kind that is only ever created, and kept nowhere: the answer is the object. */
export interface Review {
  readonly groupVersion: string
  readonly kind: string
  readonly plural: string
  answer(spec: Fields): { readonly spec?: Fields; readonly status: object }
}

type Fields = Readonly<Record<string, unknown>>

const AUTHORIZATION = 'authorization.k8s.io/v1'

/** The holder of the token, as `kubectl auth whoami` shows it. */
const USER = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }

const EVERYTHING = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
}

export const REVIEWS: readonly Review[] = [
  {
    groupVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    answer: () => ({ status: { userInfo: USER } }),
  },
  {
    groupVersion: AUTHORIZATION,
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    answer: (spec) => {
      refuseUnclear(spec)
      return { spec, status: { allowed: true } }
    },
  },
  {
    groupVersion: AUTHORIZATION,
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    answer: ({ namespace }) => {
      if (typeof namespace !== 'string' || namespace === '') {
        throw badRequest('no namespace on request')
      }
      // Kubernetes answers without what was asked.
      return { spec: {}, status: EVERYTHING }
    },
  },
]

const BY_PATH = new Map(
  REVIEWS.map((review) => [`/apis/${review.groupVersion}/${review.plural}`, review]),
)

/** The answer to a POST, or undefined when the path is no review's. `readReview` gives the body; throws ApiError. */
export function answerReview(path: string, readReview: () => unknown): object | undefined {
  const review = BY_PATH.get(path)
  if (review === undefined) return undefined
  const { groupVersion, kind } = review
  const given = asFields(readReview())
  if (given === undefined) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind})`)
  }
  refuseOtherKind(given, review)
  const spec = asFields(given['spec'] ?? {})
  if (spec === undefined) throw badRequest(`${subjectOf(review)}: spec is no object`)
  return { kind, apiVersion: groupVersion, metadata: {}, ...review.answer(spec) }
}

function refuseOtherKind({ kind, apiVersion }: Fields, review: Review): void {
  if (isAbsentOr(kind, review.kind) && isAbsentOr(apiVersion, review.groupVersion)) return
  throw badRequest(
    `${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${review.kind}`,
  )
}

function isAbsentOr(value: unknown, own: string): boolean {
  return value === undefined || value === '' || value === own
}

function subjectOf({ kind }: Review): string {
  return `${kind} in version "v1" cannot be handled as a ${kind}`
}

/** Exactly one thing is asked for. */
function refuseUnclear({ resourceAttributes, nonResourceAttributes }: Fields): void {
  const hasOther = nonResourceAttributes !== undefined && nonResourceAttributes !== null
  const hasResource = resourceAttributes !== undefined && resourceAttributes !== null
  if (hasResource !== hasOther) return
  throw hasOther
    ? invalidReview(
        'spec.nonResourceAttributes',
        `Invalid value: ${goAttributes(nonResourceAttributes)}: cannot be specified in combination with resourceAttributes`,
      )
    : invalidReview(
        'spec.resourceAttributes',
        'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      )
}

/** As Go prints its struct. */
function goAttributes(value: unknown): string {
  const { path = '', verb = '' } = asFields(value) ?? {}
  return JSON.stringify({ Path: path, Verb: verb })
}

/** Kubernetes says this of a kind without a name. */
function invalidReview(field: string, message: string): ApiError {
  const group = 'authorization.k8s.io'
  const cause = { reason: 'FieldValueInvalid', message, field }
  return new ApiError('Invalid', `.${group} "" is invalid: ${field}: ${message}`, [cause], {
    group,
  })
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined
}
