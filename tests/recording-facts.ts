import type { Fact, FactBody } from '../src/timeline/fact.ts'
import { PORT, type PodScript, type Script } from './recording-script.ts'

export function podFacts(script: PodScript): Fact[] {
  const { name, ip, exitCode = 0, deletedAt } = script
  const pod = { namespace: 'default', name, uid: `uid-${name}` }
  const container = 'web'
  const seen = {
    kind: 'pod-observed',
    pod,
    images: ['web:v1'],
    phase: 'Running',
    ip,
    restarts: 0,
  } as const
  const timed: readonly (readonly [at: number | undefined, body: FactBody])[] = [
    [script.startsAt, { ...seen, ready: false }],
    [script.startsAt, { kind: 'container-started', pod, container, restart: 0, processId: 1 }],
    [script.listensAt, { kind: 'listener-opened', pod, port: PORT, resolutionMs: 10 }],
    [script.readyAt, { ...seen, ready: true }],
    [deletedAt, { ...seen, ready: false, terminating: { gracePeriodSeconds: 30 } }],
    [
      script.preStopEndsAt === undefined ? undefined : deletedAt,
      { kind: 'hook-started', pod, container, hook: 'preStop' },
    ],
    [
      script.preStopEndsAt,
      {
        kind: 'hook-finished',
        pod,
        container,
        hook: 'preStop',
        outcome: script.preStopOutcome ?? 'succeeded',
      },
    ],
    [script.stopSignalAt, { kind: 'signal-sent', pod, container, signal: 'SIGTERM' }],
    [script.closesAt, { kind: 'listener-closed', pod, port: PORT, resolutionMs: 10 }],
    [script.sigkillAt, { kind: 'signal-sent', pod, container, signal: 'SIGKILL' }],
    [
      script.exitsAt,
      {
        kind: 'container-exited',
        pod,
        container,
        restart: 0,
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
      },
    ],
    [
      deletedAt === undefined || script.exitsAt === undefined ? undefined : script.exitsAt + 0.02,
      { kind: 'pod-removed', pod },
    ],
  ]
  return timed.flatMap(([at, body]) => (at === undefined ? [] : [factAt(at, body)]))
}

/** The EndpointSlice follows each change of a pod's readiness, deletion and end by 10 ms. */
export function endpointFacts(pods: readonly PodScript[]): Fact[] {
  const times = pods.flatMap(({ readyAt, deletedAt, exitsAt }) =>
    [readyAt, deletedAt, exitsAt].filter((at) => at !== undefined),
  )
  return [...new Set(times)].map((at) =>
    factAt(at + 0.01, {
      kind: 'endpoints-observed',
      service: { kind: 'Service', namespace: 'default', name: 'web' },
      endpoints: pods
        .filter(({ startsAt, exitsAt = Infinity }) => startsAt <= at && at < exitsAt)
        .map(({ name, ip, readyAt, deletedAt = Infinity }) => ({
          ip,
          port: PORT,
          pod: name,
          ready: readyAt <= at && at < deletedAt,
          serving: readyAt <= at,
          terminating: deletedAt <= at,
        })),
    }),
  )
}

export function programmedFact(script: Script, at: number, names: readonly string[]): Fact {
  return factAt(at, {
    kind: 'proxy-programmed',
    service: { kind: 'Service', namespace: 'default', name: 'web' },
    port: 80,
    endpoints: script.pods
      .filter(({ name }) => names.includes(name))
      .map(({ ip }) => ({ ip, port: PORT })),
  })
}

export function deploymentFact({ strategy = 'RollingUpdate', pods }: Script): FactBody {
  const count = pods.length / 2
  return {
    kind: 'deployment-observed',
    deployment: { kind: 'Deployment', namespace: 'default', name: 'web' },
    strategy,
    observed: true,
    desired: count,
    replicas: count,
    updated: count,
    ready: count,
    available: count,
  }
}

export function factAt(at: number, body: FactBody): Fact {
  return { at: Math.round(at * 1e9), ...body }
}
