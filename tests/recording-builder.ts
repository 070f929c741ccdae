import type { SourcedObject } from '../src/api/sourced-object.ts'
import type { Location } from '../src/base/finding.ts'
import type { Fact, Phase } from '../src/timeline/fact.ts'
import type { RequestRecord } from '../src/timeline/ledger.ts'
import type { Recording, RunDescription } from '../src/verdict/recording.ts'
import {
  deploymentFact,
  endpointFacts,
  factAt,
  podFacts,
  programmedFact,
} from './recording-facts.ts'
import {
  LOAD_STARTS_AT,
  PHASES,
  PORT,
  type PodScript,
  RATE_PER_SECOND,
  type RequestScript,
  type Script,
} from './recording-script.ts'

const PHASE_ORDER: readonly Phase[] = ['apply', 'baseline', 'rollout', 'settle', 'stop']

export function recordingOf(script: Script): Recording {
  const phases = { ...PHASES, ...script.phases }
  const facts = [
    ...PHASE_ORDER.filter((phase) => !script.withoutPhases?.includes(phase)).map((phase) =>
      factAt(phases[phase], { kind: 'phase-started', phase }),
    ),
    factAt(0.05, deploymentFact(script)),
    ...script.pods.flatMap(podFacts),
    ...endpointFacts(script.pods),
    ...script.programmed.map(([at, names]) => programmedFact(script, at, names)),
    ...(script.facts ?? []).map(({ at, ...body }) => factAt(at, body)),
  ]
  const requests = planRequests(script, phases.stop, facts)
  return {
    run: describeRun(script, requests.length),
    facts: facts.sort((a, b) => a.at - b.at),
    requests,
  }
}

function planRequests(script: Script, stopsAt: number, facts: Fact[]): RequestRecord[] {
  const count = Math.round((stopsAt - LOAD_STARTS_AT) * RATE_PER_SECOND)
  const bySlot = new Map(
    (script.requests ?? []).map((request) => [
      Math.round((request.at - LOAD_STARTS_AT) * RATE_PER_SECOND),
      request,
    ]),
  )
  return Array.from({ length: count }, (_, sequence) => {
    const at = LOAD_STARTS_AT + sequence / RATE_PER_SECOND
    const request = bySlot.get(sequence) ?? answered(script, at)
    const record = recordOf(sequence, at, request)
    const pod = script.pods.find(({ name }) => name === request.to)
    if (pod !== undefined) facts.push(routeFact(at, record.localPort, pod, request))
    return record
  })
}

/** Answered by a pod that the proxy has in force, takes connections, and has not been told to stop. */
function answered(script: Script, at: number): RequestScript {
  const names = script.programmed.findLast(([from]) => from <= at)?.[1] ?? []
  const alive = script.pods.filter(
    ({ name, listensAt = 0, deletedAt = Infinity }) =>
      names.includes(name) && listensAt <= at && deletedAt > at,
  )
  const to = alive[Math.round(at * RATE_PER_SECOND) % alive.length]?.name
  return { at, outcome: 'ok', status: 200, ...(to === undefined ? {} : { to }) }
}

function recordOf(sequence: number, at: number, request: RequestScript): RequestRecord {
  const { outcome, lane = 'new', tookMs = 2, sent = true, requestsBefore = 0 } = request
  const intendedAt = Math.round(at * 1e9)
  const sentAt = sent ? intendedAt + 500_000 : 0
  const endedAt = intendedAt + Math.max(1, tookMs) * 1e6
  const gotFirstByte = request.gotFirstByte ?? (outcome === 'ok' || outcome === 'status')
  return {
    sequence,
    intendedAt,
    sentAt,
    firstByteAt: gotFirstByte ? endedAt : 0,
    endedAt,
    outcome,
    lane,
    status: request.status ?? 0,
    ...(request.errno === undefined ? {} : { errno: request.errno }),
    connection: sequence + 1,
    localPort: 20_000 + sequence,
    requestsBefore,
    template: 0,
    bytesReceived: gotFirstByte ? 100 : 0,
    idleMs: 0,
    backend: 0,
    detail: 0,
  }
}

function routeFact(at: number, clientPort: number, pod: PodScript, request: RequestScript): Fact {
  const { result = 'connected', errno, requestsBefore = 0 } = request
  // A connection that has carried answers before was routed when it was made.
  return factAt(requestsBefore > 0 ? Math.max(pod.readyAt, at - 0.5) : at + 0.0002, {
    kind: 'connection-routed',
    service: { kind: 'Service', namespace: 'default', name: 'web' },
    clientPort,
    endpoint: { ip: pod.ip, port: PORT },
    result,
    ...(result === 'connected' || errno === undefined ? {} : { errno }),
  })
}

function describeRun(script: Script, planned: number): RunDescription {
  return {
    schemaVersion: 1,
    hitlessVersion: '0.1.0',
    startedAt: '2026-11-21T09:30:00.000Z',
    engine: 'embedded · pods in Linux namespaces (rootless)',
    deployment: { namespace: 'default', name: 'web' },
    change: 'deployment/web image web:v1 → web:v2',
    target: {
      description: 'Service/web:80',
      service: { namespace: 'default', name: 'web', port: 80 },
    },
    path: {
      profile: 'kube-proxy',
      description: 'endpoint changes take 0.02–1.06 s to reach the proxy',
      dataPlane: 'user-space forwarder',
    },
    load: {
      ratePerSecond: RATE_PER_SECOND,
      timeoutMs: 5_000,
      lanes: [
        { lane: 'new', share: 0.2 },
        { lane: 'reused', share: 0.8, connections: 16 },
      ],
      requests: [{ method: 'GET', path: '/' }],
      requestId: { header: 'X-Request-Id', run: 'k3v9x2' },
    },
    expect: { droppedMax: 0 },
    objects: [manifestOf(script)],
    generator: {
      planned,
      latenessMs: { p50: 0.1, p99: 0.8, max: 2.5 },
      loopDelayMsMax: 3.1,
      connections: { opened: 78, reused: 222, closedIdle: 4, agedOut: 0 },
    },
    ...script.run,
  }
}

/** Each place has a line of its own, so that a test sees which was named. */
function manifestOf({ container, graceSeconds, strategy }: Script): SourcedObject {
  const preStop = container?.lifecycle?.preStop
  return {
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        strategy: { type: strategy ?? 'RollingUpdate' },
        template: {
          spec: {
            containers: [
              { name: 'web', image: 'web:v1', ports: [{ containerPort: PORT }], ...container },
            ],
            ...(graceSeconds === undefined ? {} : { terminationGracePeriodSeconds: graceSeconds }),
          },
        },
      },
    } as SourcedObject['object'],
    locations: {
      '': at(1, 1),
      '/spec/strategy/type': at(7, 5),
      '/spec/template/spec': at(12, 7),
      '/spec/template/spec/containers/0': at(14, 9),
      ...(preStop === undefined
        ? {}
        : { '/spec/template/spec/containers/0/lifecycle/preStop': at(18, 13) }),
      ...(graceSeconds === undefined
        ? {}
        : { '/spec/template/spec/terminationGracePeriodSeconds': at(20, 7) }),
    },
  }
}

function at(line: number, column: number): Location {
  return { file: 'web/deployment.yaml', line, column }
}
