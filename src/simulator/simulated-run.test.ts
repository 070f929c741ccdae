import { describe, expect, test, vi } from 'vitest'
import { applyDefaults } from '../api/defaults.ts'
import type { Service } from '../api/service.ts'
import type { Deployment } from '../api/workload.ts'
import { DEFAULT_SETTINGS } from '../manifest/settings.ts'
import { PROFILES } from '../proxy/profile.ts'
import { formatFactLine } from '../timeline/fact-lines.ts'
import { judge } from '../verdict/judge.ts'
import { invariant } from '../base/invariant.ts'
import type { ModelledApp } from './modelled-app.ts'
import { type SimulatedRun, simulateRun } from './simulated-run.ts'

const REPLICAS = 10

const GRACEFUL: ModelledApp = { startupMs: 800, port: 8080, onSigterm: { drainMs: 300 } }

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'web:v1',
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
} as const satisfies Deployment

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
} as const

function simulate(
  seed: number,
  preStopSeconds?: number,
  service: Service = SERVICE,
): Promise<SimulatedRun> {
  const [container] = DEPLOYMENT.spec.template.spec.containers
  const lifecycle =
    preStopSeconds === undefined
      ? {}
      : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }
  const { template } = DEPLOYMENT.spec
  const deployment: Deployment = applyDefaults({
    ...DEPLOYMENT,
    spec: {
      ...DEPLOYMENT.spec,
      template: { ...template, spec: { containers: [{ ...container, ...lifecycle }] } },
    },
  })
  const profile = PROFILES.find(({ name }) => name === 'kube-proxy')
  invariant(profile !== undefined, 'the profile is built in')
  return simulateRun({
    input: {
      objects: [deployment, applyDefaults(service)].map((object) => ({
        object,
        locations: {},
      })),
      notRun: [],
      locations: {},
      findings: [],
      settings: {
        ...DEFAULT_SETTINGS,
        change: { kind: 'set-image', deployment: 'web', images: { web: 'web:v2' } },
      },
    },
    deployment,
    apps: { 'web:v1': GRACEFUL, 'web:v2': GRACEFUL },
    profile,
    seed,
  })
}

const bytesOf = ({ recording }: SimulatedRun) =>
  [
    ...recording.facts.map((fact) => formatFactLine(fact)),
    ...recording.requests.map((request) => JSON.stringify(request)),
    JSON.stringify(recording.run),
  ].join('\n')

describe('a rollout of 10 replicas in virtual time', () => {
  test('is the same, byte for byte, for the same seed, and without one real timer', async () => {
    const timers = [
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'setInterval'),
      vi.spyOn(globalThis, 'setImmediate'),
    ]
    const first = await simulate(7)
    const second = await simulate(7)
    const used = timers.map((timer) => timer.mock.calls.length)
    timers.forEach((timer) => timer.mockRestore())
    expect(used).toEqual([0, 0, 0])
    expect(bytesOf(second)).toBe(bytesOf(first))
    expect(first.timersLeft).toBe(0)
    expect(first.recording.run.cutShort).toBeUndefined()
    const started = first.recording.facts.filter(({ kind }) => kind === 'container-started')
    expect(started).toHaveLength(2 * REPLICAS)
  })

  test('is another one for another seed', async () => {
    expect(bytesOf(await simulate(8))).not.toBe(bytesOf(await simulate(7)))
  })

  test('drops requests to the propagation race without preStop, and none with it', async () => {
    const without = judge((await simulate(7)).recording)
    expect(without.verdict).toBe('dropped')
    expect(without.causes[0]?.id).toBe('endpoint-propagation-race')
    const withPreStop = judge((await simulate(7, 5)).recording)
    expect(withPreStop.verdict, withPreStop.reasons.join('\n')).toBe('proven')
  })

  test('waits for the one port it aims at, however many the Service has', async () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'again', port: 81, targetPort: 8080 },
    ]
    const service = { ...SERVICE, spec: { ...SERVICE.spec, ports } }
    const { recording } = await simulate(7, 5, service)
    expect(judge(recording).verdict).toBe('proven')
  })
})
