import { expect, test } from 'vitest'
import type { RequestTemplate } from '../../../load/plan.ts'
import { seededRandom } from '../../../world/random.ts'
import type { LoadFlags } from '../options/load-flags.ts'
import { readRequests } from './request-options.ts'

const FILES: Readonly<Record<string, string>> = {
  'body.bin': '\u00ff\n',
  'curl.sh': 'curl -X PATCH http://h/c',
  '-': 'PUT http://h/t',
}

function read(flag: string, path: string): Uint8Array {
  const text = FILES[path]
  if (text === undefined) throw new Error(`${flag} ${path}: not there`)
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

function requestsOf(url: string | undefined, flags: LoadFlags) {
  return readRequests(url, flags, { read, random: seededRandom(1) }).requests
}

const GET: RequestTemplate = { method: 'GET', path: '/', headers: {}, weight: 1 }

test.each<[url: string | undefined, flags: LoadFlags, requests: readonly RequestTemplate[]]>([
  ['h:80', {}, [GET]],
  ['h/a?b', { method: 'PURGE' }, [{ ...GET, method: 'PURGE', path: '/a?b' }]],
  ['h', { data: 'x' }, [{ ...GET, method: 'POST', body: 'x' }]],
  ['h', { data: '@body.bin' }, [{ ...GET, method: 'POST', body: Uint8Array.of(255, 10) }]],
  [
    'h',
    { request: ['/a', '3*GET /b', 'post /c', '0.5 * DELETE /d{{n}}'], data: 'x' },
    [
      { ...GET, path: '/a' },
      { ...GET, path: '/b', weight: 3 },
      { ...GET, method: 'post', path: '/c', body: 'x' },
      { ...GET, method: 'DELETE', path: '/d{{n}}', weight: 0.5 },
    ],
  ],
  [
    'h',
    { header: ['A: 1', 'a: 2', 'Host: shop.example', 'B:'] },
    [{ ...GET, headers: { A: '1, 2', B: '' }, authority: 'shop.example' }],
  ],
  [
    undefined,
    { curl: '@curl.sh' },
    [{ ...GET, method: 'PATCH', path: '/c', headers: { Accept: '*/*' } }],
  ],
  [
    undefined,
    { curl: 'curl h', header: ['accept: text/html'] },
    [{ ...GET, headers: { accept: 'text/html' } }],
  ],
  [undefined, { targets: '-' }, [{ ...GET, method: 'PUT', path: '/t' }]],
  ['h/orders/{{n}}', {}, [{ ...GET, path: '/orders/{{n}}' }]],
])('%s with %j sends %j', (url, flags, requests) => {
  expect(requestsOf(url, flags)).toEqual(requests)
})

test('each place of a UUID has its own, which ends in the number of the request', () => {
  const [request] = requestsOf('h/{{uuid}}', { header: ['A: {{uuid}}'], data: '{{uuid}}' })
  const uuids = [request!.path.slice(1), request!.headers['A'], request!.body]
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{2}\{\{n\}\}$/
  for (const uuid of uuids) expect(uuid).toMatch(form)
  expect(new Set(uuids).size).toBe(3)
})

test.each<[url: string | undefined, flags: LoadFlags, message: string]>([
  [undefined, {}, 'URL is missing'],
  ['h', { curl: 'curl h' }, 'URL and --curl together'],
  [undefined, { curl: 'curl h', targets: '-' }, '--curl and --targets together'],
  [undefined, { curl: 'curl h', data: 'x' }, '--data with --curl or --targets'],
  [undefined, { targets: '-', request: ['/'] }, '--request with --curl or --targets'],
  [undefined, { targets: '-', targetsFormat: 'xml' }, '--targets-format xml'],
  ['h', { request: ['GET'] }, '--request GET'],
  ['h', { request: ['0*GET /'] }, '--request 0*GET /'],
  ['h', { request: ['GET a'] }, '--request GET a'],
  ['h/x', { request: ['/a'] }, '--request with the path /x in the URL'],
  ['h', { request: ['/a'], method: 'PUT' }, '--method with --request'],
  ['h', { request: ['/a'], data: 'x' }, '--data without a request that has a body'],
  ['h', { data: '@missing' }, '--data missing: not there'],
  ['h', { header: ['A'] }, '--header A'],
])('%s with %j is refused: %s', (url, flags, message) => {
  expect(() => requestsOf(url, flags)).toThrow(message)
})
