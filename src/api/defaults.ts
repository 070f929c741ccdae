import { fill, isFields, mapField, mapItems, withoutZeros, type Fields } from './defaults/fill.ts'
import { defaultPodSpec } from './defaults/pod-spec.ts'
import type { ApiObject } from './meta.ts'

/**
 * What the API server fills into an object when it stores it, for the kinds that the engine runs;
 * other kinds come back as they are. The same object comes back when nothing is missing.
 * Values that the server does not keep (a `false`, 0 or empty list where that is the meaning of
 * absence) are left out, so that equal objects look equal. Addresses and ports that a server
 * allocates are not defaults. Compared with Kubernetes 1.34 in defaults.test.ts.
 */
export function applyDefaults<O extends ApiObject>(object: O): O
export function applyDefaults(object: ApiObject): unknown {
  if (!isFields(object)) return object
  const filled = object['metadata'] === undefined ? object : withMetadata(object)
  return defaultKind(object.kind, object.apiVersion, filled)
}

function defaultKind(kind: string, apiVersion: string, object: Fields): Fields {
  switch (`${apiVersion}/${kind}`) {
    case 'apps/v1/Deployment':
      return withSpec(object, defaultDeploymentSpec)
    case 'apps/v1/ReplicaSet':
      return withSpec(object, defaultReplicaSetSpec)
    case 'v1/Pod':
      return withSpec(object, (spec) => defaultPodSpec(fill(spec, { enableServiceLinks: true })))
    case 'v1/Service':
      return withSpec(object, defaultServiceSpec)
    case 'v1/Namespace':
      return defaultNamespace(object)
    default:
      return object
  }
}

function withMetadata(object: Fields): Fields {
  return mapField(object, 'metadata', (metadata) => withoutZeros(metadata, METADATA_ZEROS))
}

const METADATA_ZEROS = ['labels', 'annotations', 'finalizers', 'ownerReferences', 'generateName']

function withSpec(object: Fields, defaultSpec: (spec: Fields) => Fields): Fields {
  return mapField(object, 'spec', defaultSpec)
}

/** pkg/apis/apps/v1/defaults.go. */
function defaultDeploymentSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, ['minReadySeconds', 'paused']), {
    replicas: 1,
    strategy: {},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  })
  return mapField(mapField(filled, 'strategy', defaultStrategy), 'template', defaultTemplate)
}

function defaultStrategy(strategy: Fields): Fields {
  const filled = fill(strategy, { type: 'RollingUpdate' })
  if (filled['type'] !== 'RollingUpdate') return filled
  return mapField(fill(filled, { rollingUpdate: {} }), 'rollingUpdate', (budgets) =>
    fill(budgets, { maxUnavailable: '25%', maxSurge: '25%' }),
  )
}

function defaultReplicaSetSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, ['minReadySeconds']), { replicas: 1 })
  return mapField(filled, 'template', defaultTemplate)
}

function defaultTemplate(template: Fields): Fields {
  return withSpec(withMetadata(template), defaultPodSpec)
}

/** pkg/apis/core/v1/defaults.go, and what the registry derives from it on an IPv4 cluster. */
function defaultServiceSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, ['clusterIP', 'publishNotReadyAddresses', 'ports']), {
    type: 'ClusterIP',
    sessionAffinity: 'None',
  })
  return withPorts(withAddressing(withAffinity(filled)))
}

function withAffinity(spec: Fields): Fields {
  if (spec['sessionAffinity'] !== 'ClientIP') return spec
  return fill(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } })
}

function withAddressing(spec: Fields): Fields {
  const { type, clusterIP } = spec
  if (type === 'ExternalName') return spec
  return fill(spec, {
    ...(clusterIP === undefined ? {} : { clusterIPs: [clusterIP] }),
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Cluster' }),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
  })
}

function withPorts(spec: Fields): Fields {
  return mapItems(spec, 'ports', (port) => {
    const target = port['targetPort']
    const kept = target === 0 || target === '' ? withoutZeros(port, ['targetPort']) : port
    return fill(kept, { protocol: 'TCP', targetPort: port['port'] })
  })
}

function defaultNamespace(namespace: Fields): Fields {
  const filled = fill(namespace, {
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
  return mapField(filled, 'metadata', (metadata) =>
    mapField(fill(metadata, { labels: {} }), 'labels', (labels) =>
      fill(labels, { 'kubernetes.io/metadata.name': metadata['name'] }),
    ),
  )
}
