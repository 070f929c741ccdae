import type { ApiObject } from './meta.ts'

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export interface Ingress extends ApiObject {
  readonly apiVersion: 'networking.k8s.io/v1'
  readonly kind: 'Ingress'
  readonly spec?: IngressSpec
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[]
    }
  }
}

export interface IngressSpec {
  readonly ingressClassName?: string
  readonly defaultBackend?: IngressBackend
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
  readonly rules?: readonly IngressRule[]
}

export interface IngressRule {
  readonly host?: string
  readonly http?: { readonly paths: readonly IngressPath[] }
}

export interface IngressPath {
  readonly path?: string
  readonly pathType?: 'Exact' | 'Prefix' | 'ImplementationSpecific'
  readonly backend: IngressBackend
}

export interface IngressBackend {
  readonly service?: {
    readonly name: string
    readonly port?: { readonly name?: string; readonly number?: number }
  }
  readonly resource?: {
    readonly apiGroup?: string
    readonly kind: string
    readonly name: string
  }
}

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/ */
export interface IngressClass extends ApiObject {
  readonly apiVersion: 'networking.k8s.io/v1'
  readonly kind: 'IngressClass'
  readonly spec?: {
    readonly controller?: string
    readonly parameters?: {
      readonly apiGroup?: string
      readonly kind: string
      readonly name: string
      readonly namespace?: string
      readonly scope?: string
    }
  }
}
