import { isApiError } from '../../src/api/api-error.ts'
import type { Secret } from '../../src/api/access.ts'
import type { ConfigMap } from '../../src/api/core.ts'
import type { Pod } from '../../src/api/pod.ts'
import type { Client } from '../../src/client/client.ts'
import { getIfThere } from '../../src/client/get-if-there.ts'
import { type Clock, sleep } from '../../src/world/clock.ts'
import { type Change, Observer } from './observer.ts'
import type { Scenario, Step } from './scenario.ts'

/** One life of a scenario's pod. */
export interface Life {
  readonly changes: readonly Change[]
  /** When each step was done; the creation is the first. */
  readonly stepsAtMs: readonly number[]
  readonly eventCounts: readonly (readonly [event: string, count: number])[]
}

/** A wait that lasts longer never ends. */
const UNTIL_MS_MAX = 120_000
/** After the last step: nothing happens any more when nothing has happened for so long. */
const QUIET_MS = 2_500
const LOOK_MS = 250

export async function play(
  scenario: Scenario,
  { client, clock, namespace }: { client: Client; clock: Clock; namespace: string },
): Promise<Life> {
  const { name, steps, objects = [] } = scenario
  await makeNamespace(client, clock, namespace)
  for (const object of objects) await makeObject(client, object, namespace)
  const nowMs = () => clock.monotonicNs() / 1_000_000
  const observer = new Observer(nowMs)
  await observer.start(client, namespace)
  const stepsAtMs = [nowMs()]
  try {
    await client.create('Pod', podOf(scenario, namespace))
    for (const step of steps) {
      // A wait for something is the end of what was before; only what acts is a step to reckon from.
      if (step.do !== 'until' && step.do !== 'wait') stepsAtMs.push(nowMs())
      await doStep(step, { client, clock, namespace, observer }).catch((error: unknown) => {
        throw new Error(`${name}: ${String(error)}\n${describe(observer.changes)}`)
      })
    }
    await quiet(observer, clock)
  } finally {
    observer.stop()
    await client.delete('Namespace', { name: namespace })
  }
  const { changes } = observer
  return { changes: [...changes], stepsAtMs, eventCounts: [...observer.eventCounts()] }
}

interface Stage {
  readonly client: Client
  readonly clock: Clock
  readonly namespace: string
  readonly observer: Observer
}

async function doStep(step: Step, { client, clock, namespace, observer }: Stage): Promise<void> {
  switch (step.do) {
    case 'until': {
      const isSeen = () => step.shows.every((text) => observer.shows(step.track).includes(text))
      const endNs = clock.monotonicNs() + UNTIL_MS_MAX * 1_000_000
      while (!isSeen()) {
        if (clock.monotonicNs() > endNs) throw new Error(`no ${step.track} ${step.shows.join()}`)
        await Promise.race([observer.change(), sleep(clock, LOOK_MS)])
      }
      return
    }
    case 'delete': {
      const { graceSeconds } = step
      const options = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }
      return client.delete('Pod', { namespace, name: POD }, options)
    }
    case 'wait':
      return sleep(clock, step.seconds * 1_000)
    case 'create-config-map': {
      const metadata = { namespace, name: step.name }
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } } as const
      await client.create('ConfigMap', object)
    }
  }
}

const POD = 'pod'

async function makeObject(
  client: Client,
  object: ConfigMap | Secret,
  namespace: string,
): Promise<void> {
  const metadata = { ...object.metadata, namespace }
  if (object.kind === 'ConfigMap') await client.create('ConfigMap', { ...object, metadata })
  else await client.create('Secret', { ...object, metadata })
}

function podOf({ spec, metadata }: Scenario, namespace: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: POD, namespace },
    spec: { automountServiceAccountToken: false, ...spec },
  }
}

async function makeNamespace(client: Client, clock: Clock, name: string): Promise<void> {
  const metadata = { name }
  await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  const account = { namespace: name, name: 'default' }
  for (let waitedMs = 0; waitedMs < UNTIL_MS_MAX; waitedMs += LOOK_MS) {
    try {
      if ((await getIfThere(client, 'ServiceAccount', account)) !== undefined) return
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
    await sleep(clock, LOOK_MS)
  }
  throw new Error(`no service account in namespace ${name}`)
}

async function quiet(observer: Observer, clock: Clock): Promise<void> {
  for (let waitedMs = 0; waitedMs < UNTIL_MS_MAX; waitedMs += QUIET_MS) {
    const before = observer.changes.length
    await sleep(clock, QUIET_MS)
    if (observer.changes.length === before) return
  }
}

function describe(changes: readonly Change[]): string {
  return changes.map(({ track, value }) => `${track}: ${value}`).join('\n')
}
