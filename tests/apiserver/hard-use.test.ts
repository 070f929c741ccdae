import { describe, expect, onTestFinished, test } from 'vitest'
import { startTestApiServer, TOKEN } from '../support/running-api-server.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const MIB = 1024 * 1024

async function start() {
  const running = await startTestApiServer()
  onTestFinished(async () => {
    await running.close()
    expect(running.faults).toEqual([])
  })
  return running
}

function map(name: string, data: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }
}

describe('writers', () => {
  test('two that write one object a thousand times lose nothing', async () => {
    const { call } = await start()
    await call('POST', MAPS, { body: map('counter', { n: '0' }) })
    const writer = async () => {
      for (let done = 0; done < 500;) {
        const { body } = await call('GET', `${MAPS}/counter`)
        body.data.n = String(Number(body.data.n) + 1)
        const { status } = await call('PUT', `${MAPS}/counter`, { body })
        if (status === 200) done += 1
        else expect(status).toBe(409)
      }
    }
    await Promise.all([writer(), writer()])
    expect((await call('GET', `${MAPS}/counter`)).body.data.n).toBe('1000')
  }, 120_000)

  test('patches of one object by many at once are all there', async () => {
    const { call } = await start()
    await call('POST', MAPS, { body: map('shared') })
    const keys = Array.from({ length: 200 }, (_, index) => `k${index}`)
    const headers = { 'content-type': 'application/merge-patch+json' }
    await Promise.all(
      keys.map((key) =>
        call('PATCH', `${MAPS}/shared`, { body: { data: { [key]: 'v' } }, headers }),
      ),
    )
    const { body } = await call('GET', `${MAPS}/shared`)
    expect(Object.keys(body.data).toSorted()).toEqual(keys.toSorted())
  })
})

describe('lists', () => {
  test('ten thousand objects come in pages that show one state, whatever is written meanwhile', async () => {
    const { call, store } = await start()
    for (let index = 0; index < 10_000; index++) {
      const name = `m${String(index).padStart(5, '0')}`
      store.create('ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'default' },
      })
    }
    const names: string[] = []
    let token = ''
    let page = 0
    do {
      const { body } = await call('GET', `${MAPS}?limit=3000&continue=${token}`)
      names.push(...body.items.map((item: { metadata: { name: string } }) => item.metadata.name))
      expect(body.metadata.remainingItemCount ?? 0).toBe(10_000 - names.length)
      token = body.metadata.continue ?? ''
      store.delete('ConfigMap', { namespace: 'default', name: `m0900${page}` })
      store.create('ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `m09999-${page}`, namespace: 'default' },
      })
      page += 1
    } while (token !== '')
    expect(names).toHaveLength(10_000)
    expect(names).toEqual(names.toSorted())
    expect(names).toContain('m09000')
  })
})

describe('bodies', () => {
  test('one of more than three mebibytes is refused, one below is not', async () => {
    const { call } = await start()
    const tooLarge = await call('POST', MAPS, { body: map('a', { k: 'x'.repeat(3 * MIB) }) })
    expect(tooLarge.status).toBe(413)
    expect(tooLarge.body).toMatchObject({
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    })
    // What arrives whole is judged by what it is: a ConfigMap holds one mebibyte.
    expect((await call('POST', MAPS, { body: map('a', { k: 'x'.repeat(2 * MIB) }) })).status).toBe(
      422,
    )
  })

  test.each([
    ['lists in lists', '['.repeat(100_000)],
    ['objects in objects', '{"a":'.repeat(100_000)],
    [
      'deep but closed',
      `{"metadata":{"name":"x"},"data":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_001)}`,
    ],
  ])('%s without end are refused', async (_what, body) => {
    const { call } = await start()
    const answer = await call('POST', MAPS, { body })
    expect(answer.status).toBe(400)
    expect(answer.body.message).toContain('exceeded max depth')
  })

  test.each([
    ['YAML that refers to itself without end', yamlBomb(), 'application/yaml'],
    ['protobuf that is none', '\0\u0001\u0002', 'application/vnd.kubernetes.protobuf'],
    ['protobuf of nothing', 'k8s\0', 'application/vnd.kubernetes.protobuf'],
    ['YAML of two documents', 'a: 1\n---\nb: 2\n', 'application/yaml'],
    ['text that is no UTF-8', '{"metadata":{"name":"\ud800"}}', 'application/json'],
  ])('%s is refused with a reason', async (_what, body, type) => {
    const { call } = await start()
    const answer = await call('POST', MAPS, { body, headers: { 'content-type': type } })
    expect([400, 422]).toContain(answer.status)
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure' })
  })

  test.each([
    ['9223372036854775807', 200],
    ['-9223372036854775808', 200],
    ['+0000000000000000000000000000001', 200],
    ['9223372036854775808', 400],
    ['9'.repeat(100_000), 400],
  ])('a limit of %.30s is answered with %i', async (limit, status) => {
    const { call } = await start()
    const answer = await call('GET', `${MAPS}?limit=${encodeURIComponent(limit)}`)
    expect(answer.status).toBe(status)
    if (status === 400) {
      const message = `strconv.ParseInt: parsing ${JSON.stringify(limit)}: value out of range`
      expect(answer.body).toMatchObject({ reason: 'BadRequest', message })
    }
  })

  test('names that every JavaScript object has are names like others', async () => {
    const { call } = await start()
    const body =
      '{"metadata":{"name":"proto","labels":{"__proto__":"x"}},"data":{"constructor":"y"}}'
    expect((await call('POST', MAPS, { body })).status).toBe(422)
    const data = '{"metadata":{"name":"proto"},"data":{"constructor":"y","toString":"z"}}'
    expect((await call('POST', MAPS, { body: data })).body.data).toEqual({
      constructor: 'y',
      toString: 'z',
    })
    for (const path of [
      '/api/v1/constructor',
      '/apis/__proto__/v1',
      '/api/v1/namespaces/__proto__/pods',
    ]) {
      expect((await call('GET', path)).status).toBeLessThan(500)
    }
  })
})

describe('who may', () => {
  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer other' }],
    ['half of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['a longer token', { authorization: `Bearer ${TOKEN}x` }],
    ['a password', { authorization: `Basic ${btoa(`admin:${TOKEN}`)}` }],
  ])('%s opens nothing but health', async (_what, headers) => {
    const { url } = await start()
    const status = async (path: string, method = 'GET') =>
      (await fetch(url + path, { method, headers })).status
    for (const path of [
      '/',
      '/api',
      '/apis',
      '/version',
      '/metrics',
      '/openapi/v3',
      MAPS,
      '/foo',
    ]) {
      expect([path, await status(path)]).toEqual([path, 401])
    }
    expect(await status(MAPS, 'POST')).toBe(401)
    for (const path of ['/healthz', '/livez', '/readyz']) {
      expect([path, await status(path)]).toEqual([path, 200])
    }
  })

  test('the refusal is the one that clients know', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/api`)
    expect(await answer.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    })
  })

  test('an upgrade needs it too', async () => {
    const { url } = await start()
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/api/v1/namespaces/default/pods/x/exec`,
    )
    await new Promise<void>((resolve) => socket.addEventListener('error', () => resolve()))
    expect(socket.readyState).toBeGreaterThanOrEqual(WebSocket.CLOSING)
  })
})

/** Nine levels of ten references each: a thousand million values out of a few lines. */
function yamlBomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 10; level++) {
    const references = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')
    lines.push(`a${level}: &a${level} [${references}]`)
  }
  return lines.join('\n')
}
