import type { Deployment, ReplicaSet } from '../../src/api/workload.ts'
import type { PodTemplate } from '../../src/api/pod.ts'
import type { Wish } from './scenario.ts'

export function deploymentOf(wish: Wish, namespace: string): Deployment {
  const { replicas, image, surge, unavailable, lingering, annotations, ...spec } = wish
  const { strategy: type, ...rest } = spec
  const rollingUpdate =
    surge === undefined || unavailable === undefined
      ? {}
      : { rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } }
  const isRecreate = type === 'Recreate'
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      strategy: isRecreate ? { type } : { type: 'RollingUpdate', ...rollingUpdate },
      ...rest,
      template: templateOf(image, lingering === true),
    },
  }
}

/** `lingering`: the pods are born on a node, which alone can end them; else nobody has to be waited for. */
export function templateOf(image: string, lingering: boolean): PodTemplate {
  return {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [{ name: 'web', image: `web:${image}` }],
      // No scheduler has a say: placing pods is not what is compared.
      schedulerName: 'nobody',
      automountServiceAccountToken: false,
      ...(lingering ? { nodeName: 'nowhere' } : {}),
    },
  }
}

export function replicaSetOf(
  { name, image, replicas }: { name: string; image: string; replicas: number },
  namespace: string,
  extra: Readonly<Record<string, string>> = {},
): ReplicaSet {
  const template = templateOf(image, false)
  const labels = { ...template.metadata?.labels, ...extra }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { labels } },
    },
  }
}
