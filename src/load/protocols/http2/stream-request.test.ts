import { expect, test } from 'vitest'
import type { RequestTemplate } from '../../plan.ts'
import { HpackDecoder } from './hpack-decoder.ts'
import { encodeStreamRequest } from './stream-request.ts'

const TARGET = { host: '127.0.0.1', port: 1, authority: 'shop.test' }

const encode = (changes: Partial<RequestTemplate>) =>
  encodeStreamRequest(
    { method: 'GET', path: '/', headers: {}, weight: 1, ...changes },
    { target: TARGET, scheme: 'https' },
  )

test('a request has its pseudo-headers first, names in lower case and the length of its body', () => {
  const { headerBlock, body, isHead } = encode({
    method: 'POST',
    path: '/a?b',
    headers: { 'X-Tenant': ' a ', TE: 'trailers' },
    body: 'é',
  })
  const decoder = new HpackDecoder({ listBytesMax: 1_000, fieldsMax: 100 }, 0)
  expect(decoder.decode(headerBlock)).toEqual({
    kind: 'fields',
    fields: [
      [':method', 'POST'],
      [':scheme', 'https'],
      [':authority', 'shop.test'],
      [':path', '/a?b'],
      ['x-tenant', 'a'],
      ['te', 'trailers'],
      ['content-length', '2'],
    ],
  })
  expect([body?.length, isHead, encode({ method: 'HEAD' }).isHead]).toEqual([2, false, true])
})

test.each<[what: string, changes: Partial<RequestTemplate>]>([
  ['the method "A B"', { method: 'A B' }],
  ['the path "/a b"', { path: '/a b' }],
  ['the header name ":path"', { headers: { ':path': '/' } }],
  ['the header Connection', { headers: { Connection: 'close' } }],
  ['a header te other than trailers', { headers: { te: 'gzip' } }],
  ['the value of the header a', { headers: { a: 'b\r\nc' } }],
])('%s is refused', (what, changes) => {
  expect(() => encode(changes)).toThrow(what)
})
