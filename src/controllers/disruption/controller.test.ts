import { expect, test } from 'vitest'
import { ROLLOUT_CONTROLLERS } from '../controllers.ts'
import { newDeployment } from '../testing/objects.ts'
import { startPlayedCluster } from '../testing/played-cluster.ts'

test('a budget follows the pods of a Deployment, and an eviction that is not confirmed is forgotten', async () => {
  const cluster = await startPlayedCluster({
    readyAfterMs: 1_000,
    only: [...ROLLOUT_CONTROLLERS, 'disruption'],
  })
  const { client, clock } = cluster
  await client.create('Deployment', newDeployment({ replicas: 3 }))
  const name = { namespace: 'default', name: 'guard' }
  await client.create('PodDisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: name,
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  })
  const allowed = async () => (await client.get('PodDisruptionBudget', name)).status
  await clock.advance(500)
  expect(await allowed()).toMatchObject({ expectedPods: 3, disruptionsAllowed: 0 })
  await clock.advance(10_000)
  expect(await allowed()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 })

  const [pod] = await cluster.list('Pod')
  const disruptedPods = { [pod?.metadata.name ?? '']: '2026-01-01T00:00:10Z' }
  await client.patch(
    'PodDisruptionBudget',
    name,
    { status: { disruptedPods } },
    { subresource: 'status' },
  )
  await clock.advance(1_000)
  expect(await allowed()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 })
  await clock.advance(120_000)
  expect(await allowed()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 })
  await cluster.stop()
})
