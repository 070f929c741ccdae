/**
 * Questions that a client asks about itself or a token: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 * Whoever is let in may do everything, so that the answers are always the same.
 */
import { ApiError } from '../api/api-error.ts'
import { fieldsOf } from '../base/fields.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import { API_AUDIENCE } from './account-tokens.ts'
import { checkToken, type Authenticators } from './authentication.ts'
import { decodeSent } from './body-decoder.ts'
import type { FieldValidation } from './request-options.ts'
import { badRequest } from './status-answer.ts'
import type { User } from './user.ts'
import type { RequestBody } from './writing.ts'

/** A kind that is only ever created, and kept nowhere: the answer is the object. */
export interface Review {
  readonly groupVersion: string
  readonly kind: string
  readonly plural: string
  answer(spec: Fields, asker: Asker): ReviewAnswer
}

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
    answer: (_spec, { user, nowMs }) => ({
      metadata: { creationTimestamp: formatTimestamp(nowMs) },
      status: { userInfo: user },
    }),
  },
  {
    groupVersion: AUTHENTICATION,
    kind: 'TokenReview',
    plural: 'tokenreviews',
    answer: (spec, asker) => ({ spec, status: reviewToken(spec, asker) }),
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

/** The review that a POST to this path asks for; undefined when the path is no review's. */
export function reviewAt(path: string): Review | undefined {
  return BY_PATH.get(path)
}

/** The object that answers, and what its sender is to be warned of. Throws ApiError. */
export function answerReview(
  review: Review,
  body: RequestBody,
  fieldValidation: FieldValidation,
  asker: Asker,
): { readonly object: object; readonly warnings: readonly string[] } {
  const { groupVersion, kind } = review
  const sentKind = { apiVersion: groupVersion, other: undefined, definition: { kind } }
  const { object, warnings } = decodeSent(body, sentKind, fieldValidation)
  const { spec } = fieldsOf(object)
  const answer = {
    kind,
    apiVersion: groupVersion,
    metadata: {},
    ...review.answer(fieldsOf(spec), asker),
  }
  return { object: answer, warnings }
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
  const { path = '', verb = '' } = fieldsOf(value)
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
