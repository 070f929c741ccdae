import { describe, expect, test } from 'vitest'
import type { DeploymentSpec } from '../api/workload.ts'
import { newDeployment, serviceOf, templateOf } from './testing/objects.ts'
import { startPlayedCluster, type PlayedCluster } from './testing/played-cluster.ts'

/** A merge patch keeps annotations that it does not name. */
const READY = { 'test/ready': 'soon' }
const WEB = { namespace: 'default', name: 'web' }

async function rolledOut(cluster: PlayedCluster, spec: Partial<DeploymentSpec> = {}) {
  await cluster.client.create('Deployment', newDeployment(spec))
  expect(await cluster.untilComplete('web')).toBe(true)
}

async function change({ client }: PlayedCluster, spec: Record<string, unknown>) {
  await client.patch('Deployment', WEB, { spec })
}

async function progressReason(cluster: PlayedCluster) {
  const { status } = await cluster.get('Deployment', 'web')
  return status?.conditions?.find(({ type }) => type === 'Progressing')?.reason
}

/** Ends everything and shows that nothing is left running. */
async function end(cluster: PlayedCluster) {
  await cluster.stop()
  await cluster.clock.advance(10_000)
  expect(cluster.clock.timerCount).toBe(0)
}

describe('rollouts of all controllers over the in-process client and a played kubelet', () => {
  test('ten replicas at 25 % grow and shrink as in Kubernetes', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster)
    await change(cluster, { template: templateOf('web:v2') })
    expect(await cluster.untilComplete('web')).toBe(true)
    // The old ReplicaSet first. Kubernetes 1.34 has the same, with some of the single steps joined.
    const steps = '10 10,3 8,3 8,5 7,5 7,6 6,6 6,7 5,7 5,8 4,8 4,9 3,9 3,10 2,10 1,10 0,10'
    expect(cluster.sizes).toEqual(steps.split(' '))
    // Complete does not mean that the last old pods are gone.
    expect((await cluster.list('Pod')).length).toBeGreaterThan(10)
    await cluster.clock.advance(5_000)
    expect(await cluster.list('Pod')).toHaveLength(10)
    await end(cluster)
  })

  test('with surge 1 and nothing unavailable, three replicas are replaced one by one', async () => {
    const cluster = await startPlayedCluster()
    const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
    await rolledOut(cluster, { replicas: 3, strategy })
    await change(cluster, { template: templateOf('web:v2') })
    expect(await cluster.untilComplete('web')).toBe(true)
    expect(cluster.sizes).toEqual(['3', '3,1', '2,1', '2,2', '1,2', '1,3', '0,3'])
    const messages = cluster.eventMessages('Deployment')
    expect(messages[0]).toMatch(/^Scaled up replica set web-\w+ from 0 to 3$/)
    expect(messages.at(-1)).toMatch(/^Scaled down replica set web-\w+ from 1 to 0$/)
    expect(messages).toHaveLength(7)
    await end(cluster)
  })

  test('Recreate has no new ReplicaSet until the last old pod is gone', async () => {
    const cluster = await startPlayedCluster({ stopAfterMs: 5_000 })
    await rolledOut(cluster, { replicas: 3, strategy: { type: 'Recreate' } })
    await change(cluster, { template: templateOf('web:v2') })
    await cluster.clock.advance(4_000)
    expect(cluster.sizes).toEqual(['3', '0'])
    const { metadata, status } = await cluster.get('Deployment', 'web')
    expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
    expect(status?.unavailableReplicas).toBeUndefined()
    expect(await progressReason(cluster)).toBe('NewReplicaSetAvailable')
    expect(await cluster.untilComplete('web')).toBe(true)
    expect(cluster.sizes).toEqual(['3', '0', '0,3'])
    await end(cluster)
  })

  test('an undo takes up the old ReplicaSet under a new revision, and to the current one changes nothing', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 2 })
    await change(cluster, { template: templateOf('web:v2') })
    expect(await cluster.untilComplete('web')).toBe(true)
    // As kubectl sends it: with fields that mean nothing.
    const template = {
      ...templateOf('web:v1'),
      metadata: { labels: { app: 'web' }, creationTimestamp: null },
    }
    await change(cluster, { template })
    expect(await cluster.untilComplete('web')).toBe(true)
    const revisions = (await cluster.list('ReplicaSet')).map(({ metadata, spec }) =>
      [
        `${spec.replicas} pods`,
        metadata.annotations?.['deployment.kubernetes.io/revision'],
        metadata.annotations?.['deployment.kubernetes.io/revision-history'],
      ].join(' '),
    )
    expect(revisions.toSorted()).toEqual(['0 pods 2 ', '2 pods 3 1'])
    const lines = cluster.sizes.length
    await change(cluster, { template: templateOf('web:v1') })
    await cluster.clock.advance(5_000)
    expect(cluster.sizes).toHaveLength(lines)
    await end(cluster)
  })

  test('scaling while paused in mid-rollout keeps the proportions, and resuming rolls the last template only', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 6 })
    await change(cluster, { template: templateOf('web:v2', { 'test/ready': 'never' }) })
    await cluster.clock.advance(5_000)
    expect(cluster.sizes.at(-1)).toBe('5,3')
    await change(cluster, { paused: true })
    await change(cluster, { replicas: 10 })
    await cluster.clock.advance(5_000)
    expect(cluster.sizes.at(-1)).toBe('8,5')
    await change(cluster, { template: templateOf('web:v3', READY) })
    await cluster.clock.advance(1_000)
    await change(cluster, { template: templateOf('web:v4', READY) })
    await cluster.clock.advance(1_000)
    const paused = await cluster.get('Deployment', 'web')
    expect(paused.status?.updatedReplicas).toBeUndefined()
    expect(await progressReason(cluster)).toBe('DeploymentPaused')
    await change(cluster, { paused: null })
    expect(await cluster.untilComplete('web')).toBe(true)
    const { metadata } = await cluster.get('Deployment', 'web')
    expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
    expect(await cluster.list('ReplicaSet')).toHaveLength(3)
    await end(cluster)
  })

  test('without progress the deadline passes, and a pod that becomes ready later takes it back', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 2, progressDeadlineSeconds: 20 })
    await change(cluster, { template: templateOf('web:v2', { 'test/ready': 'never' }) })
    await cluster.clock.advance(30_000)
    expect(await progressReason(cluster)).toBe('ProgressDeadlineExceeded')
    await change(cluster, { template: templateOf('web:v3', READY) })
    expect(await cluster.untilComplete('web')).toBe(true)
    expect(await progressReason(cluster)).toBe('NewReplicaSetAvailable')
    await end(cluster)
  })

  test('minReadySeconds delays availability, not readiness', async () => {
    const cluster = await startPlayedCluster()
    await cluster.client.create('Deployment', newDeployment({ replicas: 2, minReadySeconds: 10 }))
    await cluster.clock.advance(6_000)
    const early = await cluster.get('Deployment', 'web')
    expect(early.status?.readyReplicas).toBe(2)
    expect(early.status?.availableReplicas).toBeUndefined()
    await cluster.clock.advance(6_000)
    const late = await cluster.get('Deployment', 'web')
    expect(late.status?.availableReplicas).toBe(2)
    await end(cluster)
  })

  test('a hash that another Deployment has taken is avoided', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 1 })
    const [taken] = await cluster.list('ReplicaSet')
    await cluster.client.delete('Deployment', WEB, { propagationPolicy: 'Orphan' })
    await cluster.clock.advance(1_000)
    const name = { namespace: 'default', name: taken?.metadata.name ?? '' }
    await cluster.client.patch('ReplicaSet', name, { metadata: { labels: { app: 'other' } } })
    await cluster.client.create('Deployment', newDeployment({ replicas: 1 }))
    expect(await cluster.untilComplete('web')).toBe(true)
    const { status } = await cluster.get('Deployment', 'web')
    expect(status?.collisionCount).toBe(1)
    expect(await cluster.list('ReplicaSet')).toHaveLength(2)
    await end(cluster)
  })

  test('a Deployment that is made anew adopts the ReplicaSet it left behind', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 2 })
    const before = (await cluster.list('Pod')).map(({ metadata }) => metadata.uid)
    await cluster.client.delete('Deployment', WEB, { propagationPolicy: 'Orphan' })
    await cluster.clock.advance(1_000)
    const events = cluster.eventMessages('Deployment').length
    await rolledOut(cluster, { replicas: 2 })
    expect(cluster.eventMessages('Deployment')).toHaveLength(events)
    expect((await cluster.list('Pod')).map(({ metadata }) => metadata.uid)).toEqual(before)
    await end(cluster)
  })

  test('deleting a Deployment takes its ReplicaSets and pods with it', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 3 })
    await cluster.client.delete('Deployment', WEB)
    await cluster.clock.advance(5_000)
    expect(await cluster.list('ReplicaSet')).toEqual([])
    expect(await cluster.list('Pod')).toEqual([])
    await end(cluster)
  })

  test('a deletion in the foreground ends with the Deployment itself', async () => {
    const cluster = await startPlayedCluster()
    await rolledOut(cluster, { replicas: 3 })
    await cluster.client.delete('Deployment', WEB, { propagationPolicy: 'Foreground' })
    await cluster.clock.advance(1_000)
    expect((await cluster.get('Deployment', 'web')).metadata.deletionTimestamp).toBeDefined()
    expect(await cluster.list('Pod')).toHaveLength(3)
    await cluster.clock.advance(5_000)
    expect(await cluster.list('Deployment')).toEqual([])
    expect(await cluster.list('ReplicaSet')).toEqual([])
    expect(await cluster.list('Pod')).toEqual([])
    await end(cluster)
  })

  test('every pod of the Service is an endpoint until it is gone', async () => {
    const cluster = await startPlayedCluster()
    const { uid: _uid, ...metadata } = serviceOf().metadata
    await cluster.client.create('Service', { ...serviceOf({ clusterIP: '' }), metadata })
    await rolledOut(cluster, { replicas: 2 })
    await change(cluster, { replicas: 1 })
    await cluster.clock.advance(1_000)
    const [slice] = await cluster.list('EndpointSlice')
    expect(slice?.endpoints.map(({ conditions }) => conditions).toSorted(byReady)).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: false, serving: true, terminating: true },
    ])
    await cluster.clock.advance(5_000)
    expect((await cluster.list('EndpointSlice'))[0]?.endpoints).toHaveLength(1)
    await cluster.client.delete('Service', WEB)
    await cluster.clock.advance(1_000)
    expect(await cluster.list('EndpointSlice')).toEqual([])
    await end(cluster)
  })

  test('the same seed gives the same bytes, another one other names', async () => {
    const first = await journalOf(7)
    expect(await journalOf(7)).toBe(first)
    expect(await journalOf(8)).not.toBe(first)
  })
})

async function journalOf(seed: number) {
  const cluster = await startPlayedCluster({ seed })
  await rolledOut(cluster)
  await change(cluster, { template: templateOf('web:v2') })
  expect(await cluster.untilComplete('web')).toBe(true)
  await cluster.clock.advance(5_000)
  await end(cluster)
  return cluster.journal.join('\n')
}

function byReady(left: { ready?: boolean } | undefined, right: { ready?: boolean } | undefined) {
  return Number(right?.ready) - Number(left?.ready)
}
