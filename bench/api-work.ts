import { call, cpuUsOf, watch, type ApiCall, type ApiTarget } from './api-target.ts'

/** What one kind of work has cost. */
export interface Measured {
  readonly operation: string
  readonly perSecond: number
  /** CPU time of the server's processes. */
  readonly cpuUs: number
}

export interface FanOut {
  /** From sending the change until a watcher has been told, over all watchers and changes. */
  readonly latencyMsP50: number
  readonly latencyMsP99: number
  /** … until the last of the watchers, the median change. */
  readonly lastMsP50: number
  /** For one event to one watcher, the change itself included. */
  readonly cpuUs: number
}

export interface WorkSize {
  /** Made, patched, listed, deleted. */
  readonly objects: number
  readonly gets: number
  readonly lists: number
  readonly watchers: number
  readonly changes: number
  readonly connections: number
}

const FAN_OUT_MS_MAX = 30_000
const SERVICE_ACCOUNT_TRIES = 600

/** One after the other in a namespace of its own, which is empty at the end. */
export async function measureWork(
  target: ApiTarget,
  size: WorkSize,
): Promise<{ readonly operations: readonly Measured[]; readonly fanOut: FanOut }> {
  const { objects, gets, lists, connections } = size
  const namespace = `bench-${process.pid}-${Math.floor(performance.now())}`
  await makeNamespace(target, namespace)
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const pathOf = (index: number) => `${pods}/${nameOf(index % objects)}`
  const operations: Measured[] = []
  const measure = async (
    operation: string,
    count: number,
    makeCall: (index: number) => ApiCall,
  ) => {
    const send = (index: number) => call(target, makeCall(index))
    operations.push(await measureCalls(target, { operation, count, connections }, send))
  }
  const patch = (operation: string, contentType: string, query = '') =>
    measure(operation, objects, (index) => ({
      method: 'PATCH',
      path: pathOf(index) + query,
      body: JSON.stringify({
        ...(query === '' ? {} : { apiVersion: 'v1', kind: 'Pod' }),
        metadata: {
          annotations: { [contentType.replace(/.*\//, '').replace('+', '.')]: `${index}` },
        },
      }),
      contentType,
    }))
  await measure('create a pod', objects, (index) => ({
    method: 'POST',
    path: pods,
    body: podText(nameOf(index)),
  }))
  await measure('get it', gets, (index) => ({ method: 'GET', path: pathOf(index) }))
  await measure(`list ${objects}`, lists, () => ({ method: 'GET', path: pods }))
  await patch('strategic merge patch', 'application/strategic-merge-patch+json')
  await patch('merge patch', 'application/merge-patch+json')
  await patch('server-side apply', 'application/apply-patch+yaml', '?fieldManager=bench')
  const fanOut = await measureFanOut(target, pods, pathOf, size)
  await measure('delete it', objects, (index) => ({
    method: 'DELETE',
    path: `${pathOf(index)}?gracePeriodSeconds=0`,
  }))
  await call(target, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
  return { operations, fanOut }
}

function nameOf(index: number): string {
  return `pod-${String(index).padStart(5, '0')}`
}

/** Pods can be made as soon as their service account is there, which a controller makes. */
async function makeNamespace(target: ApiTarget, name: string): Promise<void> {
  const body = JSON.stringify({ metadata: { name } })
  await call(target, { method: 'POST', path: '/api/v1/namespaces', body })
  const path = `/api/v1/namespaces/${name}/serviceaccounts/default`
  for (let left = SERVICE_ACCOUNT_TRIES; ; left--) {
    const isThere = await call(target, { method: 'GET', path }).then(
      () => true,
      (error: unknown) => {
        if (left === 0) throw error
        return false
      },
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** About 1 kB, as pods of a Deployment are; no scheduler feels concerned. */
function podText(name: string): string {
  const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 }
  const env = Array.from({ length: 5 }, (_, index) => ({
    name: `NAME_${index}`,
    value: `${index}`,
  }))
  const container = {
    name: 'app',
    image: 'registry.example/app:v1',
    env,
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: probe,
    livenessProbe: probe,
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web', 'pod-template-hash': '6d4cf56db6' } },
    spec: { schedulerName: 'nobody', terminationGracePeriodSeconds: 30, containers: [container] },
  })
}

/** A closed loop: each connection sends its next request when the last one is answered. */
async function measureCalls(
  target: ApiTarget,
  { operation, count, connections }: { operation: string; count: number; connections: number },
  send: (index: number) => Promise<unknown>,
): Promise<Measured> {
  const [cpuBefore, startMs] = [cpuUsOf(target.processIds), performance.now()]
  let next = 0
  const work = async () => {
    while (next < count) await send(next++)
  }
  await Promise.all(Array.from({ length: connections }, work))
  const seconds = (performance.now() - startMs) / 1_000
  return {
    operation,
    perSecond: count / seconds,
    cpuUs: (cpuUsOf(target.processIds) - cpuBefore) / count,
  }
}

/** One change after the other, each when all watchers have been told of the last. */
async function measureFanOut(
  target: ApiTarget,
  pods: string,
  pathOf: (index: number) => string,
  { watchers, changes }: WorkSize,
): Promise<FanOut> {
  const { resourceVersion } = JSON.parse(
    String(await call(target, { method: 'GET', path: `${pods}?limit=1` })),
  ).metadata
  let sentMs = 0
  let toldCount = 0
  let allTold: (() => void) | undefined
  const latenciesMs: number[] = []
  const onEvents = (count: number) => {
    for (let index = 0; index < count; index++) latenciesMs.push(performance.now() - sentMs)
    toldCount += count
    if (toldCount >= watchers) allTold?.()
  }
  const path = `${pods}?watch=true&resourceVersion=${resourceVersion}`
  const open = await Promise.all(
    Array.from({ length: watchers }, () => watch(target, path, onEvents)),
  )
  const cpuBefore = cpuUsOf(target.processIds)
  const lastMs: number[] = []
  for (let index = 0; index < changes; index++) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => reject(new Error('an event got lost')), FAN_OUT_MS_MAX)
    allTold = resolve
    toldCount = 0
    sentMs = performance.now()
    const body = JSON.stringify({ metadata: { labels: { change: `${index}` } } })
    const contentType = 'application/merge-patch+json'
    await Promise.all([
      promise,
      call(target, { method: 'PATCH', path: pathOf(0), body, contentType }),
    ])
    clearTimeout(timer)
    lastMs.push(Math.max(...latenciesMs.slice(-watchers)))
  }
  const cpuUs = (cpuUsOf(target.processIds) - cpuBefore) / (changes * watchers)
  for (const each of open) each.stop()
  return {
    latencyMsP50: quantile(latenciesMs, 0.5),
    latencyMsP99: quantile(latenciesMs, 0.99),
    lastMsP50: quantile(lastMs, 0.5),
    cpuUs,
  }
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
