import { describe, expect, test } from 'vitest'
import { ApiError } from '../api/api-error.ts'
import { isFields } from '../base/fields.ts'
import { CallError, type Call, type HttpCaller, type StreamHandlers } from '../world/http-caller.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { WatchEvent } from './client.ts'
import { newHttpClient } from './http-client.ts'
import { formatSelector } from './resource-path.ts'

const MAP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n' },
} as const
const NAME = { namespace: 'n', name: 'a' }

describe('a call', () => {
  test('goes to the path of its kind, with token, user agent and type of the body', async () => {
    const { client, calls } = played(() => MAP)
    await client.get('ConfigMap', NAME)
    await client.get('Node', { name: 'a/b' })
    await client.create('ConfigMap', { ...MAP, metadata: { name: 'a' } })
    await client.update('ConfigMap', MAP, { subresource: 'status' })
    await client.patch('ConfigMap', NAME, { data: { a: '1' } })
    await client.delete('ConfigMap', NAME, { gracePeriodSeconds: 0 })
    expect(
      calls.map(({ method, target, body }) => `${method} ${target} ${String(body ?? '')}`),
    ).toEqual([
      'GET /api/v1/namespaces/n/configmaps/a ',
      'GET /api/v1/nodes/a%2Fb ',
      'POST /api/v1/namespaces/default/configmaps {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
      `PUT /api/v1/namespaces/n/configmaps/a/status ${JSON.stringify(MAP)}`,
      'PATCH /api/v1/namespaces/n/configmaps/a {"data":{"a":"1"}}',
      'DELETE /api/v1/namespaces/n/configmaps/a {"gracePeriodSeconds":0,"propagationPolicy":"Background"}',
    ])
    expect(calls[4]?.headers).toEqual({
      accept: 'application/json',
      'user-agent': 'tester',
      authorization: 'Bearer T',
      'content-type': 'application/merge-patch+json',
    })
  })

  test('takes a list page by page, and names kind and version of the items', async () => {
    const pages = [
      { metadata: { resourceVersion: '7', continue: 'x' }, items: [{ metadata: { name: 'a' } }] },
      { metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'b' } }] },
    ]
    const { client, calls } = played(() => pages.shift())
    const labelSelector = { matchLabels: { app: 'web' } }
    const list = await client.list('Deployment', { namespace: 'n', labelSelector })
    const kind = { apiVersion: 'apps/v1', kind: 'Deployment' }
    expect(list).toEqual({
      resourceVersion: '7',
      items: [
        { ...kind, metadata: { name: 'a' } },
        { ...kind, metadata: { name: 'b' } },
      ],
    })
    expect(calls.map(({ target }) => target)).toEqual([
      '/apis/apps/v1/namespaces/n/deployments?limit=500&labelSelector=app%3Dweb',
      '/apis/apps/v1/namespaces/n/deployments?limit=500&continue=x&labelSelector=app%3Dweb',
    ])
  })

  test('takes a list at once when its pages have expired', async () => {
    const answers = [
      { metadata: { resourceVersion: '7', continue: 'x' }, items: [] },
      { status: 410, kind: 'Status', reason: 'Expired' },
      { metadata: { resourceVersion: '9' }, items: null },
    ]
    const { client, calls } = played(() => answers.shift())
    expect(await client.list('Pod')).toEqual({ items: [], resourceVersion: '9' })
    expect(calls.at(-1)?.target).toBe('/api/v1/pods')
  })

  test.each([
    [
      'a Status with causes',
      {
        status: 422,
        kind: 'Status',
        reason: 'Invalid',
        message: 'no',
        details: { name: 'a', causes: [{ field: 'f', reason: 'r', message: 'm' }] },
      },
      { reason: 'Invalid', code: 422, causes: [{ field: 'f', reason: 'r', message: 'm' }] },
    ],
    [
      'a reason that nobody knows',
      { status: 418, kind: 'Status', reason: 'Teapot', message: 'short and stout', code: 418 },
      { reason: 'Unknown', code: 418, message: 'short and stout' },
    ],
    [
      'something that is no Status',
      { status: 502, page: '<html>' },
      { reason: 'Unknown', code: 502, message: expect.stringContaining('<html>') },
    ],
    ['nonsense', 'not an object', { reason: 'InternalError' }],
    ['no connection', new CallError('ECONNREFUSED', 'x'), { reason: 'ServiceUnavailable' }],
    ['no answer in time', new CallError('TIMEOUT', 'x'), { reason: 'Timeout', code: 504 }],
  ])('that is answered by %s is rejected with ApiError', async (_what, answer, expected) => {
    const { client } = played(() => answer)
    const error: unknown = await client.get('ConfigMap', NAME).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject(expected)
  })
})

describe('a watch', () => {
  test('tells the events of its lines, however they are cut, and asks from the newest version', async () => {
    const { seen, streams, calls, clock } = watched()
    const lines = [event('ADDED', '6'), event('BOOKMARK', '8'), event('DELETED', '9')].join('')
    for (const character of lines) streams[0]?.onData(character)
    expect(seen).toEqual(['ADDED 6', 'DELETED 9'])
    await clock.advance(2_000)
    streams[0]?.onEnd()
    streams[1]?.onData(event('MODIFIED', '10'))
    expect(seen.at(-1)).toBe('MODIFIED 10')
    expect(calls.map(({ target }) => target)).toEqual([
      '/api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=300',
      '/api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=9&timeoutSeconds=300',
    ])
  })

  test('that the server has forgotten to end is begun again', async () => {
    const { streams, clock, stops, stop } = watched()
    await clock.advance(314_999)
    expect([streams.length, stops()]).toEqual([1, 0])
    await clock.advance(1)
    expect([streams.length, stops()]).toEqual([2, 1])
    stop()
    expect(clock.timerCount).toBe(0)
  })

  test('that lost its connection goes on where it was, after a delay that grows until something comes', async () => {
    const { seen, streams, calls, clock, stop } = watched()
    streams[0]?.onData(event('ADDED', '6'))
    const delays: number[] = []
    const lose = async (error?: CallError) => {
      const { length } = streams
      const startNs = clock.monotonicNs()
      streams.at(-1)?.onEnd(error)
      await clock.runUntil(() => streams.length > length, 100_000)
      delays.push((clock.monotonicNs() - startNs) / 1e6)
    }
    await lose(new CallError('ECONNRESET', 'x'))
    await lose(new CallError('ECONNREFUSED', 'x'))
    // A server that ends it at once, and empty, cannot serve it either.
    await lose()
    streams.at(-1)?.onData(event('BOOKMARK', '7'))
    await lose(new CallError('ECONNRESET', 'x'))
    expect(delays).toEqual([800, 1_600, 3_200, 800])
    expect(calls.map(({ target }) => /Version=(\d+)/.exec(target)?.[1])).toEqual([
      '5',
      '6',
      '6',
      '6',
      '7',
    ])
    expect(seen).toEqual(['ADDED 6'])
    streams.at(-1)?.onEnd(new CallError('ECONNRESET', 'x'))
    stop()
    expect(clock.timerCount).toBe(0)
  })

  test.each([
    ['EXPIRED', (one) => one.onRefused({ status: 410, headers: {}, body: '' })],
    ['EXPIRED', (one) => one.onData('{"type":"ERROR","object":{"code":410}}\n')],
    ['CLOSED', (one) => one.onRefused({ status: 500, headers: {}, body: '' })],
    ['CLOSED', (one) => one.onData('{"type":"ERROR","object":{"code":500}}\n')],
    ['CLOSED', (one) => one.onData('nonsense\n')],
    ['CLOSED', (one) => one.onData('x'.repeat(8 * 1024 * 1024 + 1))],
    ['CLOSED', (one) => one.onEnd(new CallError('CLOSED', 'x'))],
  ] satisfies [string, (stream: StreamHandlers) => void][])(
    'ends as %s, once, and leaves no timer',
    (type, end) => {
      const { seen, streams, clock } = watched()
      const [stream] = streams
      if (stream === undefined) throw new Error('no stream')
      end(stream)
      stream.onData(event('ADDED', '7'))
      expect([seen, clock.timerCount]).toEqual([[type], 0])
    },
  )
})

test('a selector is written as kubectl writes it', () => {
  expect(
    formatSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['x', 'y'] },
        { key: 'b', operator: 'NotIn', values: ['z'] },
        { key: 'c', operator: 'Exists' },
        { key: 'd', operator: 'DoesNotExist' },
      ],
    }),
  ).toBe('app=web,a in (x,y),b notin (z),c,!d')
})

/** A client whose calls are answered by `answer`; one with a number as `status` is that HTTP status. */
function played(answer: () => unknown) {
  const calls: Call[] = []
  const streams: StreamHandlers[] = []
  let stops = 0
  const caller: HttpCaller = {
    async call(call) {
      calls.push(call)
      const body = answer()
      if (body instanceof Error) throw body
      const status = isFields(body) ? body['status'] : undefined
      return {
        status: typeof status === 'number' ? status : 200,
        headers: {},
        body: JSON.stringify(body),
      }
    },
    stream(call, handlers) {
      calls.push(call)
      streams.push(handlers)
      return { stop: () => void (stops += 1) }
    },
    close: async () => undefined,
  }
  const clock = newVirtualClock()
  const client = newHttpClient({ caller, clock, userAgent: 'tester', token: 'T' })
  return { client, clock, calls, streams, stops: () => stops }
}

function watched() {
  const cluster = played(() => undefined)
  const seen: string[] = []
  const tell = (event: WatchEvent<'ConfigMap'>) =>
    seen.push(
      'object' in event ? `${event.type} ${event.object.metadata.resourceVersion}` : event.type,
    )
  const watch = cluster.client.watch('ConfigMap', { resourceVersion: '5' }, tell)
  return { ...cluster, seen, stop: () => watch.stop() }
}

function event(type: string, resourceVersion: string): string {
  return `${JSON.stringify({ type, object: { metadata: { name: 'a', resourceVersion } } })}\n`
}
