import type { ApiObject } from './meta.ts'
import type { ObjectReference } from './core.ts'

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/ */
export interface Secret extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Secret'
  readonly type?: string
  /** Values in base64. */
  readonly data?: Readonly<Record<string, string>>
  /** Written only: the server turns it into `data`. */
  readonly stringData?: Readonly<Record<string, string>>
  readonly immutable?: boolean
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/ */
export interface ServiceAccount extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'ServiceAccount'
  readonly secrets?: readonly ObjectReference[]
  readonly imagePullSecrets?: readonly { readonly name: string }[]
  readonly automountServiceAccountToken?: boolean
}
