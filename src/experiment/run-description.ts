import { formatTimestampMs } from '../base/timestamp.ts'
import { formatLocation } from '../base/finding.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import { describeExpected } from '../load/describe-expected.ts'
import { DEFAULT_SETTINGS, type LoadSettings } from '../manifest/settings.ts'
import type { RunDescription } from '../verdict/recording.ts'
import type { ExperimentOptions, ExperimentPlan } from './options.ts'
import { identityOf } from './load-plan.ts'
import { recordedObject } from './recorded-object.ts'

/** All that is set out to be done, before anything is. */
export function describeRun(options: ExperimentOptions, plan: ExperimentPlan): RunDescription {
  const { input, deployment, clock, loadTls } = options
  const { load, expect } = input.settings
  const { namespace, name, port } = plan.target
  return {
    schemaVersion: 1,
    hitlessVersion: options.hitlessVersion,
    startedAt: formatTimestampMs(clock.wallMs() - clock.monotonicNs() / 1e6),
    engine: options.engine,
    deployment: {
      namespace: deployment.metadata.namespace ?? 'default',
      name: deployment.metadata.name,
    },
    change: plan.change.description,
    target: { description: `Service/${name}:${port}`, service: { namespace, name, port } },
    path: options.path,
    load: {
      ratePerSecond: load.ratePerSecond,
      timeoutMs: load.timeoutMs,
      lanes: load.lanes,
      ...identityOf(load, options.runId),
      requests: load.requests.map(({ method, path }) => ({ method, path })),
      ...(load.protocol === 'http1' ? {} : { protocol: load.protocol }),
      ...(loadTls === undefined ? {} : { tls: { isVerified: loadTls.isVerified } }),
      ...expectedOf(load),
    },
    expect: { droppedMax: expect.dropped },
    objects: input.objects.map(recordedObject),
    ...(input.notRun.length === 0 ? {} : { notRun: input.notRun.map(nameNotRun) }),
  }
}

function expectedOf(load: LoadSettings): Pick<RunDescription['load'], 'expected'> {
  const isAny = load.expected === undefined && load.okStatuses === DEFAULT_SETTINGS.load.okStatuses
  return isAny || load.session !== undefined ? {} : { expected: describeExpected(load) }
}

/** As `Ingress/web (k8s/ingress.yaml:1:1)`. */
export function nameNotRun(sourced: SourcedObject): string {
  const { kind, metadata } = sourced.object
  const location = locate(sourced, '')
  const place = location === undefined ? '' : ` (${formatLocation(location)})`
  return `${kind}/${metadata.name}${place}`
}
