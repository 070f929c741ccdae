import type { Pod, PodTemplate } from '../../api/pod.ts'
import type { Service } from '../../api/service.ts'
import type { Deployment, DeploymentSpec, ReplicaSet } from '../../api/workload.ts'

export function templateOf(image: string, annotations?: Record<string, string>): PodTemplate {
  return {
    metadata: { labels: { app: 'web' }, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }],
    },
  }
}

export function deploymentOf(spec: Partial<DeploymentSpec> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'deployment-uid', generation: 1 },
    spec: {
      replicas: 10,
      selector: { matchLabels: { app: 'web' } },
      template: templateOf('web:v1'),
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...spec,
    },
  }
}

/** A Deployment as a user sends it: without what the server fills in. */
export function newDeployment(spec: Partial<DeploymentSpec> = {}): Deployment {
  const { uid: _uid, generation: _generation, ...metadata } = deploymentOf().metadata
  return { ...deploymentOf(spec), metadata }
}

/** ReplicaSet number `age` (0 is the oldest) with its size and how many of its pods are available. */
export function replicaSetOf(
  age: number,
  size: number,
  options: {
    readonly available?: number
    readonly image?: string
    readonly annotations?: Readonly<Record<string, string>>
  } = {},
): ReplicaSet {
  const { available = size, image = `web:old${age}`, annotations } = options
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `web-${age}`,
      namespace: 'default',
      uid: `replica-set-uid-${age}`,
      creationTimestamp: `2026-01-01T00:00:${String(age).padStart(2, '0')}Z`,
      labels: { app: 'web' },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'web',
          uid: 'deployment-uid',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      replicas: size,
      selector: { matchLabels: { app: 'web' } },
      template: templateOf(image),
    },
    status: { replicas: size, readyReplicas: available, availableReplicas: available },
  }
}

export function podOf(
  name: string,
  changes: { spec?: object; status?: object; metadata?: object },
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `${name}-uid`,
      labels: { app: 'web' },
      ...changes.metadata,
    },
    spec: { ...templateOf('web:v1').spec, nodeName: 'node', ...changes.spec },
    status: { phase: 'Running', ...changes.status },
  }
}

export function readyStatus(ip: string, ready = true) {
  return {
    phase: 'Running',
    podIP: ip,
    conditions: [
      {
        type: 'Ready',
        status: ready ? 'True' : 'False',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  }
}

export function serviceOf(spec: Partial<Service['spec']> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid: 'service-uid' },
    spec: {
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
      clusterIP: '10.96.0.1',
      ...spec,
    },
  }
}
