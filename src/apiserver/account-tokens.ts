import { ApiError } from '../api/api-error.ts'
import type { Kind } from '../api/kinds.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { decodeBase64Url, encodeBase64Url, isBase64Url } from '../base/base64.ts'
import { fieldsOf, isFields, textOf } from '../base/fields.ts'
import { parseTimestamp } from '../base/timestamp.ts'
import { newUid } from '../store/identity.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../world/clock.ts'
import type { Signer } from '../world/credentials.ts'
import type { Random } from '../world/random.ts'
import type { User } from './user.ts'

/** Of every token that is meant for the API server, which signs under this name too. */
export const API_AUDIENCE = 'https://kubernetes.default.svc'

export interface AccountTokensOptions {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly signer: Signer
}

export type TokenCheck =
  | { readonly result: 'accepted'; readonly user: User; readonly audiences: readonly string[] }
  /** One of ours that is not good, or not any more. */
  | { readonly result: 'refused'; readonly why: string }
  /** None of ours. */
  | { readonly result: 'unknown' }

export interface Identity {
  readonly name: string
  /** Of a Node that is not there: none. */
  readonly uid?: string
}

/** What a token is good for as long as it is there. */
export type BoundKind = 'Pod' | 'Secret' | 'Node'

export interface NewToken {
  readonly account: Identity & { readonly namespace: string }
  readonly bound: Readonly<Partial<Record<BoundKind, Identity>>>
  readonly audiences: readonly string[]
  readonly nowMs: number
  readonly validSeconds: number
  /** The claim `warnafter`: Kubernetes notes when it is used after that. Here it is only said. */
  readonly warnAfterSeconds?: number
}

/** A clock may differ by so much from that of whoever made the token. */
const LEEWAY_SECONDS = 60

/**
 * The tokens of ServiceAccounts: JSON Web Tokens (RFC 7519) with the claims that Kubernetes gives them.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export class AccountTokens {
  readonly #options: AccountTokensOptions

  constructor(options: AccountTokensOptions) {
    this.#options = options
  }

  issue({ account, bound, audiences, nowMs, ...times }: NewToken): string {
    const { signer, random } = this.#options
    const { namespace, name, uid } = account
    const now = Math.floor(nowMs / 1000)
    const warnAfter = times.warnAfterSeconds
    // Members in the order of their names, as Kubernetes has them.
    const claims = {
      aud: audiences,
      exp: now + times.validSeconds,
      iat: now,
      iss: API_AUDIENCE,
      jti: newUid(random),
      'kubernetes.io': {
        namespace,
        node: bound.Node,
        pod: bound.Pod,
        secret: bound.Secret,
        serviceaccount: { name, uid },
        warnafter: warnAfter === undefined ? undefined : now + warnAfter,
      },
      nbf: now,
      sub: usernameOf(namespace, name),
    }
    const head = { alg: signer.algorithm, kid: signer.keyId }
    const text = `${encodeBase64Url(JSON.stringify(head))}.${encodeBase64Url(JSON.stringify(claims))}`
    return `${text}.${signer.sign(text)}`
  }

  check(token: string, audiences: readonly string[]): TokenCheck {
    const [head = '', payload = '', signature = '', ...more] = token.split('.')
    const claims = fieldsOf(parsePart(payload))
    const isOne = more.length === 0 && isFields(parsePart(head)) && isBase64Url(signature)
    if (!isOne || claims['iss'] !== API_AUDIENCE) return { result: 'unknown' }
    if (!this.#options.signer.hasSigned(`${head}.${payload}`, signature)) {
      return refused('go-jose/go-jose: error in cryptographic primitive')
    }
    const own = textsOf(claims['aud'])
    const meant = own.filter((audience) => audiences.includes(audience))
    if (meant.length === 0) {
      const [given, wanted] = [goTexts(own), goTexts(audiences)]
      return refused(`token audiences ${given} is invalid for the target audiences ${wanted}`)
    }
    const why = this.#faultOfTime(claims) ?? this.#faultOfObjects(fieldsOf(claims['kubernetes.io']))
    return why === undefined
      ? { result: 'accepted', user: userOf(claims), audiences: meant }
      : refused(why)
  }

  #faultOfTime({ exp, nbf, iat }: Fields): string | undefined {
    const now = this.#options.clock.wallMs() / 1000
    if (now - LEEWAY_SECONDS > Number(exp)) return 'service account token has expired'
    if (now + LEEWAY_SECONDS < Number(nbf)) return 'service account token is not valid yet'
    if (now + LEEWAY_SECONDS < Number(iat)) return 'service account token is issued in the future'
    return undefined
  }

  /** The account is still the same, and so is what the token is bound to. */
  #faultOfObjects(claims: Fields): string | undefined {
    const namespace = textOf(claims['namespace'])
    const account = identityOf(claims['serviceaccount'])
    const found = this.#find('ServiceAccount', namespace, account.name)
    if (found instanceof ApiError) return found.message
    if (found.uid !== account.uid) {
      return `service account UID (${found.uid}) does not match claim (${account.uid})`
    }
    if (this.#isGone(found)) return `service account ${namespace}/${account.name} has been deleted`
    const { secret, pod, node } = claims
    return (
      this.#faultOfBound('Secret', namespace, secret) ??
      this.#faultOfBound('Pod', namespace, pod) ??
      // With a pod its node is only said, and may be gone.
      (pod === undefined ? this.#faultOfBound('Node', undefined, node) : undefined)
    )
  }

  #faultOfBound(
    kind: BoundKind,
    namespace: string | undefined,
    claim: unknown,
  ): string | undefined {
    if (claim === undefined) return undefined
    const { name, uid } = identityOf(claim)
    const found = this.#find(kind, namespace, name)
    if (found instanceof ApiError) return 'service account token has been invalidated'
    if (found.uid !== uid) {
      const [subject, noun] = [kind === 'Secret' ? 'secret' : kind, kind.toLowerCase()]
      return `${subject} UID (${found.uid}) does not match service account ${noun} ref claim (${uid})`
    }
    return this.#isGone(found) ? 'service account token has been invalidated' : undefined
  }

  #find(kind: Kind, namespace: string | undefined, name: string): ObjectMeta | ApiError {
    const { store } = this.#options
    try {
      return store.get(kind, { name, ...(namespace === undefined ? {} : { namespace }) }).metadata
    } catch (error) {
      if (error instanceof ApiError) return error
      throw error
    }
  }

  #isGone({ deletionTimestamp }: ObjectMeta): boolean {
    const atMs = deletionTimestamp === undefined ? undefined : parseTimestamp(deletionTimestamp)
    return atMs !== undefined && atMs < this.#options.clock.wallMs() - LEEWAY_SECONDS * 1000
  }
}

type Fields = Readonly<Record<string, unknown>>

function usernameOf(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`
}

function userOf(claims: Fields): User {
  const { namespace, serviceaccount, pod, node } = fieldsOf(claims['kubernetes.io'])
  const account = identityOf(serviceaccount)
  const extra: Record<string, readonly string[]> = {
    'credential-id': [`JTI=${textOf(claims['jti'])}`],
  }
  for (const [what, claim] of [
    ['node', node],
    ['pod', pod],
  ] as const) {
    if (claim === undefined) continue
    const { name, uid = '' } = identityOf(claim)
    extra[`${what}-name`] = [name]
    if (uid !== '') extra[`${what}-uid`] = [uid]
  }
  return {
    username: usernameOf(textOf(namespace), account.name),
    uid: account.uid ?? '',
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${textOf(namespace)}`,
      'system:authenticated',
    ],
    extra: Object.fromEntries(
      Object.entries(extra).map(([key, value]) => [`authentication.kubernetes.io/${key}`, value]),
    ),
  }
}

function refused(why: string): TokenCheck {
  return { result: 'refused', why }
}

function parsePart(part: string): unknown {
  try {
    return JSON.parse(decodeBase64Url(part))
  } catch {
    return undefined
  }
}

function identityOf(claim: unknown): Identity {
  const { name, uid } = fieldsOf(claim)
  return { name: textOf(name), ...(typeof uid === 'string' ? { uid } : {}) }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : []
}

/** As Go prints a list of quoted texts. */
function goTexts(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`
}
