import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ConfigMap } from '../../src/api/core.ts'
import { newVirtualClock } from '../../src/world/virtual-clock.ts'
import { openWatch } from '../support/open-watch.ts'
import { startTestApiServer, TOKEN } from '../support/running-api-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'

function map(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data }
}

function labelled(labels: Record<string, string>): ConfigMap {
  const plain = map('a')
  return { ...plain, metadata: { ...plain.metadata, labels } }
}

async function start(options: Parameters<typeof startTestApiServer>[0] = {}) {
  const running = await startTestApiServer(options)
  onTestFinished(async () => {
    await running.close()
    expect(running.faults).toEqual([])
  })
  const watch = async (query: string, headers: Record<string, string> = {}) => {
    const open = await openWatch(`${running.url}${MAPS}?watch=true&${query}`, headers)
    onTestFinished(() => open.stop())
    return open
  }
  return { ...running, watch }
}

describe('a watch', () => {
  test('from a version tells what came after it, in order', async () => {
    const { store, watch } = await start()
    store.create('ConfigMap', map('a'))
    const { resourceVersion } = store.create('ConfigMap', map('b')).metadata
    store.create('ConfigMap', map('c'))
    const open = await watch(`resourceVersion=${resourceVersion}`)
    store.update('ConfigMap', map('a', { k: 'v' }))
    store.delete('ConfigMap', { namespace: 'default', name: 'b' })
    expect(await open.names(3)).toEqual(['ADDED c', 'MODIFIED a', 'DELETED b'])
  })

  test('by the old prefix tells of a collection or of one object, and nothing can be written there', async () => {
    const { store, url, call } = await start()
    for (const name of ['a', 'b']) store.create('ConfigMap', map(name))
    const old = `/api/v1/watch/namespaces/default/configmaps`
    const [all, one] = [await openWatch(url + old), await openWatch(`${url}${old}/b`)]
    onTestFinished(() => [all, one].forEach((watch) => watch.stop()))
    expect(await all.names(2)).toEqual(['ADDED a', 'ADDED b'])
    store.update('ConfigMap', map('a', { k: 'v' }))
    store.update('ConfigMap', map('b', { k: 'v' }))
    expect(await one.names(2)).toEqual(['ADDED b', 'MODIFIED b'])
    expect((await call('POST', old, { body: map('c') })).status).toBe(405)
    expect((await call('DELETE', `${old}/a`)).status).toBe(405)
    expect((await call('GET', '/api/v1/watch/namespaces/default/pods/a/log')).status).toBe(404)
  })

  test('from nowhere begins with what there is', async () => {
    const { store, watch } = await start()
    store.create('ConfigMap', map('a'))
    const open = await watch('')
    expect(await open.names(1)).toEqual(['ADDED a'])
    store.create('ConfigMap', map('b'))
    expect(await open.names(1)).toEqual(['ADDED b'])
  })

  test('with initial events says where they end, and goes on from there', async () => {
    const { store, watch } = await start()
    store.create('ConfigMap', map('a'))
    const open = await watch(
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
    )
    expect(await open.names(1)).toEqual(['ADDED a'])
    const bookmark = await open.next()
    expect(bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        metadata: {
          resourceVersion: store.version,
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    })
    store.create('ConfigMap', map('b'))
    expect(await open.names(1)).toEqual(['ADDED b'])
  })

  test('of a selector tells of what begins and ceases to match', async () => {
    const { store, watch } = await start()
    const open = await watch('labelSelector=app%3Dweb')
    store.create('ConfigMap', labelled({ app: 'other' }))
    store.update('ConfigMap', labelled({ app: 'web' }))
    store.update('ConfigMap', labelled({ app: 'other' }))
    expect(await open.names(2)).toEqual(['ADDED a', 'DELETED a'])
  })

  test('of what is forgotten ends with 410, and so does one that falls behind', async () => {
    const { store, watch } = await start({ historyMax: 3 })
    for (let index = 0; index < 10; index++) store.create('ConfigMap', map(`m${index}`))
    const open = await watch('resourceVersion=2')
    expect(await open.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    })
    expect(await open.next()).toBeUndefined()
  })

  test('of the future is silent until what comes after it', async () => {
    const { store, watch } = await start()
    const open = await watch(`resourceVersion=${Number(store.version) + 2}`)
    for (const name of ['a', 'b', 'c']) store.create('ConfigMap', map(name))
    expect(await open.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'c' } } })
  })

  test('that is refused is not counted as open', async () => {
    const { call } = await start()
    const { status } = await call('GET', `${MAPS}?watch=true&resourceVersion=x`)
    expect(status).toBe(500)
    const { body } = await call('GET', '/metrics')
    expect(body).toContain('apiserver_longrunning_requests{component="apiserver",verb="WATCH"} 0\n')
  })

  test('as a table has the columns with its first event only', async () => {
    const { store, watch } = await start()
    store.create('ConfigMap', map('a', { k: 'v' }))
    const open = await watch('', { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' })
    const first = await open.next()
    expect(first?.object.rows[0].cells.slice(0, 2)).toEqual(['a', 1])
    expect(first?.object.columnDefinitions).toHaveLength(3)
    store.create('ConfigMap', map('b'))
    expect((await open.next())?.object.columnDefinitions ?? []).toHaveLength(0)
  })
})

describe('time', () => {
  test('a watch is told where it stands once a minute, and ends at its timeout', async () => {
    const clock = newVirtualClock()
    const { store, watch } = await start({ clock })
    const open = await watch('allowWatchBookmarks=true&timeoutSeconds=90')
    await clock.advance(60_000)
    expect(await open.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: store.version } },
    })
    await clock.advance(30_000)
    expect(await open.next()).toBeUndefined()
  })

  test('a timeout of 0 is none', async () => {
    const clock = newVirtualClock()
    const { store, watch } = await start({ clock })
    const open = await watch('timeoutSeconds=0')
    await clock.advance(60_000)
    store.create('ConfigMap', map('a'))
    expect(await open.names(1)).toEqual(['ADDED a'])
  })
})

test('a client that stops reading is broken off, and no other notices', async () => {
  const { server, store, call, watch } = await start()
  const lazy = connect({ host: '127.0.0.1', port: server.port })
  onTestFinished(() => void lazy.destroy())
  const isClosed = new Promise<void>((resolve) => lazy.once('close', () => resolve()))
  lazy.on('error', () => undefined)
  lazy.pause()
  lazy.write(`GET ${MAPS}?watch=true HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`)
  const eager = await watch('')
  const big = 'x'.repeat(500_000)
  const readAll = (async () => {
    let last = ''
    while (last !== 'the-last') last = (await eager.next())?.object.metadata.name ?? 'the-last'
    return last
  })()
  for (let index = 0; index < 60; index++) {
    store.create('ConfigMap', map(`m${index}`, { big }))
    await new Promise((resolve) => setImmediate(resolve))
  }
  store.create('ConfigMap', map('the-last'))
  expect(await readAll).toBe('the-last')
  lazy.resume()
  await isClosed
  const { body } = await call('GET', '/metrics')
  expect(body).toContain('hitless_watch_dropped_total 1\n')
})

test('what there is at the start may be more than a client is otherwise allowed to let wait', async () => {
  const { store, call, watch } = await start()
  const big = 'x'.repeat(1_000_000)
  const names = Array.from({ length: 12 }, (_, index) => `m${String(index).padStart(2, '0')}`)
  for (const name of names) store.create('ConfigMap', map(name, { big }))
  const open = await watch('')
  expect(await open.names(12)).toEqual(names.map((name) => `ADDED ${name}`))
  const { body } = await call('GET', '/metrics')
  expect(body).toContain('hitless_watch_dropped_total 0\n')
})
