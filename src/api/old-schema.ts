/**
 * The shape of Ingress in two versions that Kubernetes gave up with 1.22, and so is in no schema that a running API server
 * publishes: written by hand, after the reference of 1.21.
 * https://v1-21.docs.kubernetes.io/docs/reference/generated/kubernetes-api/v1.21/#ingress-v1beta1-networking-k8s-io
 */
import type { Definition, FieldSchema } from './field-schema.ts'

const TEXT: FieldSchema = { type: 'string' }

function atomicList(array: FieldSchema): FieldSchema {
  return { array, listType: 'atomic' }
}

/** Of both versions alike. The names are those of Go's types: `v1beta1.IngressSpec`. */
function ingressDefinitions(group: string): Readonly<Record<string, Definition>> {
  const ref = (name: string): FieldSchema => ({ ref: `${group}.v1beta1.${name}` })
  const definitions: Readonly<Record<string, Definition>> = {
    Ingress: {
      fields: {
        apiVersion: TEXT,
        kind: TEXT,
        metadata: { ref: 'meta.v1.ObjectMeta' },
        spec: ref('IngressSpec'),
        status: { ref: 'networking.v1.IngressStatus' },
      },
    },
    IngressSpec: {
      fields: {
        backend: ref('IngressBackend'),
        ingressClassName: TEXT,
        rules: atomicList(ref('IngressRule')),
        tls: atomicList({ ref: 'networking.v1.IngressTLS' }),
      },
    },
    IngressRule: { fields: { host: TEXT, http: ref('HTTPIngressRuleValue') } },
    HTTPIngressRuleValue: {
      fields: { paths: atomicList(ref('HTTPIngressPath')) },
      required: ['paths'],
    },
    HTTPIngressPath: {
      fields: { backend: ref('IngressBackend'), path: TEXT, pathType: TEXT },
      required: ['backend'],
    },
    IngressBackend: {
      fields: {
        resource: { ref: 'core.v1.TypedLocalObjectReference', atomic: true },
        serviceName: TEXT,
        servicePort: { type: 'int-or-string' },
      },
    },
  }
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      `${group}.v1beta1.${name}`,
      definition,
    ]),
  )
}

export const OLD_KINDS: Readonly<Record<string, string>> = {
  'extensions/v1beta1/Ingress': 'extensions.v1beta1.Ingress',
  'networking.k8s.io/v1beta1/Ingress': 'networking.v1beta1.Ingress',
}

export const OLD_DEFINITIONS: Readonly<Record<string, Definition>> = {
  ...ingressDefinitions('extensions'),
  ...ingressDefinitions('networking'),
}
