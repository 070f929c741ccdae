import { expect, test } from 'vitest'
import { newMetrics, type Metrics } from './metrics.ts'

const PODS = '/api/v1/namespaces/a/pods'

function lines(metrics: Metrics, name: string): readonly string[] {
  const text = metrics.render({ objectCounts: { 'deployments.apps': 3 }, memoryBytes: 4096 })
  return text.split('\n').filter((line) => line.startsWith(name))
}

test.each<[method: string, path: string, labels: string]>([
  [
    'GET',
    PODS,
    'group="",resource="pods",scope="namespace",subresource="",verb="LIST",version="v1"',
  ],
  [
    'GET',
    '/api/v1/pods',
    'group="",resource="pods",scope="cluster",subresource="",verb="LIST",version="v1"',
  ],
  [
    'GET',
    `${PODS}/b`,
    'group="",resource="pods",scope="resource",subresource="",verb="GET",version="v1"',
  ],
  [
    'POST',
    PODS,
    'group="",resource="pods",scope="resource",subresource="",verb="POST",version="v1"',
  ],
  [
    'DELETE',
    PODS,
    'group="",resource="pods",scope="namespace",subresource="",verb="DELETECOLLECTION",version="v1"',
  ],
  [
    'PATCH',
    '/apis/apps/v1/namespaces/a/deployments/b/scale',
    'group="apps",resource="deployments",scope="resource",subresource="scale",verb="PATCH",version="v1"',
  ],
  ['GET', '/version', 'group="",resource="",scope="",subresource="",verb="GET",version=""'],
  [
    'BREW',
    `${PODS}/b`,
    'group="",resource="pods",scope="resource",subresource="",verb="other",version="v1"',
  ],
])('%s %s is counted by what it asks for', (verb, path, labels) => {
  const metrics = newMetrics()
  metrics.observe({ verb, path, code: 200, seconds: 0.01 })
  metrics.observe({ verb, path, code: 200, seconds: 0.01 })
  expect(lines(metrics, 'apiserver_request_total')).toEqual([
    `apiserver_request_total{code="200",component="apiserver",${labels}} 2`,
  ])
})

test('answers are told apart by their code', () => {
  const metrics = newMetrics()
  for (const code of [200, 404, 200]) metrics.observe({ verb: 'GET', path: PODS, code, seconds: 0 })
  const totals = lines(metrics, 'apiserver_request_total')
  expect(totals.map((line) => line.replace(/\{code="(\d+)".*\}/, ' $1'))).toEqual([
    'apiserver_request_total 200 2',
    'apiserver_request_total 404 1',
  ])
})

test('durations fall into every bucket that is not smaller', () => {
  const metrics = newMetrics()
  for (const seconds of [0.005, 0.03, 100]) {
    metrics.observe({ verb: 'GET', path: PODS, code: 200, seconds })
  }
  const buckets = lines(metrics, 'apiserver_request_duration_seconds_bucket').map((line) =>
    /le="([^"]+)".* (\d+)$/.exec(line)?.slice(1).join(': '),
  )
  expect(buckets.slice(0, 3)).toEqual(['0.005: 1', '0.025: 1', '0.05: 2'])
  expect(buckets.slice(-2)).toEqual(['60: 2', '+Inf: 3'])
  expect(lines(metrics, 'apiserver_request_duration_seconds_count')[0]).toMatch(/ 3$/)
  expect(lines(metrics, 'apiserver_request_duration_seconds_sum')[0]).toMatch(/ 100\.035$/)
})

test('a request is in flight until it is over, however often that is said', () => {
  const metrics = newMetrics()
  const over = metrics.requestStarted('GET')
  metrics.requestStarted('PATCH')
  const name = 'apiserver_current_inflight_requests'
  const told = [`${name}{request_kind="mutating"} 1`, `${name}{request_kind="readOnly"} 1`]
  expect(lines(metrics, name)).toEqual(told)
  over()
  over()
  expect(lines(metrics, name)[1]).toBe(`${name}{request_kind="readOnly"} 0`)
})

test('watches, objects and memory are told', () => {
  const metrics = newMetrics()
  metrics.watchStarted()
  metrics.watchStarted()
  metrics.watchEnded()
  metrics.watchDropped()
  const told = ['apiserver_longrunning', 'hitless_', 'apiserver_storage', 'process_'].flatMap(
    (name) => lines(metrics, name),
  )
  expect(told).toEqual([
    'apiserver_longrunning_requests{component="apiserver",verb="WATCH"} 1',
    'hitless_watch_dropped_total 1',
    'apiserver_storage_objects{resource="deployments.apps"} 3',
    'process_resident_memory_bytes 4096',
  ])
})

test('every line is a sample or tells of a metric, and each metric is told of once', () => {
  const metrics = newMetrics()
  metrics.observe({ verb: 'GET', path: PODS, code: 200, seconds: 1 })
  const all = metrics.render({ objectCounts: {} }).trimEnd().split('\n')
  const sample = /^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [\d.]+$/
  const heading = /^# (HELP|TYPE) [a-z_]+ /
  expect(all.filter((line) => !sample.test(line) && !heading.test(line))).toEqual([])
  const types = all.filter((line) => line.startsWith('# TYPE'))
  expect(new Set(types).size).toBe(types.length)
})
