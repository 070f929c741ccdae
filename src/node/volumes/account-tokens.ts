import { ApiError } from '../../api/api-error.ts'
import type { Pod } from '../../api/pod.ts'
import type { ServiceAccountTokenFile, Volume } from '../../api/volume.ts'
import { parseTimestamp } from '../../base/timestamp.ts'
import type { Client, IssuedToken } from '../../client/client.ts'
import type { VolumeSources } from './payload.ts'

/** A token is renewed when it is so old, however long it is good for. */
const AGE_MS_MAX = 24 * 3_600_000
/** Or when so much of its time is left. */
const REST = 0.2

/** The service account tokens of one pod: each is asked for once, and renewed in time. */
export class AccountTokens {
  readonly #client: Client
  readonly #tokens = new Map<string, IssuedToken>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Of every source of a projected volume that is one, by its index. */
  async of(volume: Volume, pod: Pod, nowMs: number): Promise<VolumeSources['tokens']> {
    const tokens = new Map<number, { readonly token: string } | { readonly fault: string }>()
    for (const [index, source] of (volume.projected?.sources ?? []).entries()) {
      if (source.serviceAccountToken === undefined) continue
      const key = `${volume.name}/${index}`
      tokens.set(index, await this.#tokenOf(key, source.serviceAccountToken, { pod, nowMs }))
    }
    return tokens
  }

  async #tokenOf(
    key: string,
    wanted: ServiceAccountTokenFile,
    { pod, nowMs }: { readonly pod: Pod; readonly nowMs: number },
  ): Promise<{ readonly token: string } | { readonly fault: string }> {
    const known = this.#tokens.get(key)
    if (known !== undefined && !isDue(known, nowMs)) return known
    try {
      const issued = await this.#request(pod, wanted)
      this.#tokens.set(key, issued)
      return issued
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (known === undefined) return { fault: `failed to fetch token: ${error.message}` }
      if (expiresAt(known) > nowMs) return known
      return { fault: `token ${key} expired and refresh failed: ${error.message}` }
    }
  }

  async #request(pod: Pod, wanted: ServiceAccountTokenFile): Promise<IssuedToken> {
    const { namespace = 'default', name, uid = '' } = pod.metadata
    const { audience = '', expirationSeconds } = wanted
    const account = { namespace, name: pod.spec.serviceAccountName ?? 'default' }
    const unserved = new Error('the API server does not have TokenRequest endpoints enabled')
    if (this.#client.requestToken === undefined) throw unserved
    try {
      return await this.#client.requestToken(account, {
        ...(audience === '' ? {} : { audiences: [audience] }),
        ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      })
    } catch (error) {
      // An account that is not there is named in the answer; without the endpoint nothing is.
      const isUnserved =
        error instanceof ApiError && error.reason === 'NotFound' && error.details.name === undefined
      throw isUnserved ? unserved : error
    }
  }
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#launch-a-pod-using-service-account-token-projection */
export function isDue(token: IssuedToken, nowMs: number): boolean {
  const validMs = token.expirationSeconds * 1_000
  const issuedAt = expiresAt(token) - validMs
  return nowMs > issuedAt + AGE_MS_MAX || nowMs > expiresAt(token) - validMs * REST
}

function expiresAt({ expirationTimestamp }: IssuedToken): number {
  return parseTimestamp(expirationTimestamp) ?? 0
}
