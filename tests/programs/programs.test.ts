import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pod } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { openRealCluster, type RealCluster } from '../support/real-cluster.ts'
import { startUp, type RunningUp } from '../support/running-up.ts'
import { reasonOf } from '../support/made-programs.ts'
import { isRolledOut } from '../support/rollout.ts'
import { until } from '../support/until.ts'
import { APPS, podPrograms, type PodProgram } from './programs.ts'

const PROGRAMS = await podPrograms()
const REPLICAS = 3
const PATIENCE = { timeoutMs: 100_000 }

let directory: string
let up: RunningUp
let cluster: RealCluster

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hitless-programs-'))
  const images = PROGRAMS.flatMap(({ name, program }) =>
    program.command === undefined
      ? []
      : [[`${name}:*`, { command: program.command, workingDir: 'apps' }] as const],
  )
  // Some write where they run.
  cpSync(APPS, join(directory, 'apps'), { recursive: true })
  const settings = join(directory, 'hitless.yaml')
  writeFileSync(settings, JSON.stringify({ images: Object.fromEntries(images) }))
  const manifests = PROGRAMS.filter(({ program }) => program.command !== undefined).map(deployment)
  writeFileSync(
    join(directory, 'pods.json'),
    JSON.stringify({ kind: 'List', apiVersion: 'v1', items: manifests }),
  )
  up = await startUp({ args: ['-f', directory] })
  cluster = await openRealCluster(up.kubeconfig, 'hitless-test')
})

afterAll(async () => {
  await cluster.close()
  await up.stop()
  rmSync(directory, { recursive: true, force: true })
})

function deployment({ name, port, readiness }: PodProgram) {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 20,
          containers: [
            {
              name,
              image: `${name}:v1`,
              imagePullPolicy: 'IfNotPresent',
              ports: [{ name: 'main', containerPort: port }],
              readinessProbe: { ...readiness, periodSeconds: 1, timeoutSeconds: 5 },
            },
          ],
        },
      },
    },
  }
}

async function podsOf(client: Client, app: string): Promise<readonly Pod[]> {
  const { items } = await client.list('Pod', { namespace: 'default' })
  return items.filter(({ metadata }) => metadata.labels?.['app'] === app)
}

for (const { name, program, port, exitCode } of PROGRAMS) {
  test.skipIf(program.command === undefined)(
    `${name}: several on port ${port}, probed, rolled and ended${reasonOf(program)}`,
    async () => {
      const { client } = cluster
      await until(
        `${name} is available`,
        () => isRolledOut(client, { namespace: 'default', name }),
        PATIENCE,
      )
      const before = await podsOf(client, name)
      expect(new Set(before.map(({ status }) => status?.podIP)).size).toBe(REPLICAS)
      expect(before.map(({ status }) => status?.containerStatuses?.[0]?.restartCount)).toEqual(
        Array.from({ length: REPLICAS }, () => 0),
      )

      // The last state of a pod is in the watch only: then the object is gone.
      const ends = new Map<string, number | undefined>()
      const { resourceVersion } = await client.list('Pod', { namespace: 'default' })
      const watch = client.watch('Pod', { namespace: 'default', resourceVersion }, (event) => {
        if (!('object' in event)) return
        const { metadata, status } = event.object
        const ended = status?.containerStatuses?.[0]?.state?.terminated
        if (ended !== undefined) ends.set(metadata.name, ended.exitCode)
      })
      const template = { metadata: { annotations: { restartedAt: 'now' } } }
      await client.patch('Deployment', { namespace: 'default', name }, { spec: { template } })
      await until(
        `${name} has rolled`,
        () => isRolledOut(client, { namespace: 'default', name }),
        PATIENCE,
      )
      await until(
        `the old pods of ${name} are gone`,
        async () => {
          const names = new Set((await podsOf(client, name)).map(({ metadata }) => metadata.name))
          return before.every(({ metadata }) => !names.has(metadata.name))
        },
        PATIENCE,
      )
      watch.stop()
      expect(before.map(({ metadata }) => ends.get(metadata.name))).toEqual(
        before.map(() => exitCode),
      )
    },
  )
}
