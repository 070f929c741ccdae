import { fieldsOf, isFields, textOf, type Fields } from '../../base/fields.ts'
import { fill, mapField, mapItems, withoutFields } from '../defaults/fill.ts'
import type { ServedVersion } from '../kind-definition.ts'

/**
 * Ingress as it was until Kubernetes 1.21: `backend: { serviceName, servicePort }`, and a path whose type may be missing.
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122
 */
function ingressVersion(apiVersion: string, deprecatedSince: string): ServedVersion {
  return {
    apiVersion,
    deprecation: `${apiVersion} Ingress is deprecated in ${deprecatedSince}, unavailable in v1.22+; use networking.k8s.io/v1 Ingress`,
    toStorage: (ingress) => ({
      ...mapField(ingress, 'spec', specToStorage),
      apiVersion: 'networking.k8s.io/v1',
    }),
    fromStorage: (ingress) => ({ ...mapField(ingress, 'spec', specFromStorage), apiVersion }),
  }
}

export const OLD_INGRESS_VERSIONS: readonly ServedVersion[] = [
  ingressVersion('extensions/v1beta1', 'v1.14+'),
  ingressVersion('networking.k8s.io/v1beta1', 'v1.19+'),
]

function specToStorage(spec: Fields): Fields {
  const { backend, ...rest } = spec
  const named = isFields(backend) ? { ...rest, defaultBackend: backendToStorage(backend) } : rest
  return mapPaths(named, (path) =>
    mapField(fill(path, { pathType: 'ImplementationSpecific' }), 'backend', backendToStorage),
  )
}

function specFromStorage(spec: Fields): Fields {
  const { defaultBackend, ...rest } = spec
  const named = isFields(defaultBackend)
    ? { ...rest, backend: backendFromStorage(defaultBackend) }
    : rest
  return mapPaths(named, (path) => mapField(path, 'backend', backendFromStorage))
}

function mapPaths(spec: Fields, change: (path: Fields) => Fields): Fields {
  return mapItems(spec, 'rules', (rule) =>
    mapField(rule, 'http', (http) => mapItems(http, 'paths', change)),
  )
}

/** A port by text is one by name, even if the text is empty. */
function backendToStorage(backend: Fields): Fields {
  const { serviceName, servicePort } = backend
  const rest = withoutFields(backend, ['serviceName', 'servicePort'])
  const name = textOf(serviceName)
  const isNamed = typeof servicePort === 'string'
  const number = typeof servicePort === 'number' ? servicePort : 0
  if (name === '' && !isNamed && number === 0) return rest
  const port = isNamed ? { name: servicePort } : number === 0 ? {} : { number }
  return { ...rest, service: { name, port } }
}

function backendFromStorage(backend: Fields): Fields {
  const { service } = backend
  const rest = withoutFields(backend, ['service'])
  if (!isFields(service)) return { ...rest, servicePort: 0 }
  const port = fieldsOf(service['port'])
  const name = textOf(port['name'])
  return {
    ...rest,
    serviceName: service['name'],
    servicePort: name === '' ? (port['number'] ?? 0) : name,
  }
}
