import { expect, test } from 'vitest'
import { requestIdOf } from '../../../timeline/request-id.ts'
import type { RequestTemplate } from '../../plan.ts'
import { encodeRequest } from './request-bytes.ts'

const target = { host: '127.0.0.1', port: 80, authority: 'shop.example:8080' }
const GET: RequestTemplate = { method: 'GET', path: '/', headers: {}, weight: 1 }

function textOf(changes: Partial<RequestTemplate>, keepsAlive = true): string {
  const { head } = encodeRequest({ ...GET, ...changes }, { target, keepsAlive })
  return new TextDecoder().decode(head.take(7))
}

test('a request is its line, the host, its headers and an empty line', () => {
  const headers = { Accept: 'text/plain', 'X-Empty': '' }
  expect(textOf({ path: '/a?b=c', headers })).toBe(
    'GET /a?b=c HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: text/plain\r\nX-Empty: \r\n\r\n',
  )
})

test('the last request of a connection says so', () => {
  expect(textOf({}, false)).toContain('\r\nConnection: close\r\n')
})

test('a body is counted in bytes', () => {
  expect(textOf({ method: 'POST', body: 'é!' })).toMatch(/Content-Length: 3\r\n\r\né!$/)
  expect(textOf({ method: 'POST', body: '' })).toContain('Content-Length: 0\r\n\r\n')
})

test('a body of bytes is sent as it is, and its number counts ten', () => {
  const text = textOf({ method: 'PUT', body: new TextEncoder().encode('id={{n}}') })
  expect(text).toMatch(/Content-Length: 13\r\n\r\nid=0000000007$/)
})

test('a request has its number in its path and its headers', () => {
  const text = textOf({ path: '/orders/{{n}}', headers: { 'Idempotency-Key': 'k{{n}}' } })
  expect(text).toContain('GET /orders/0000000007 HTTP/1.1')
  expect(text).toContain('Idempotency-Key: k0000000007\r\n')
})

test('a request says which it is, unless its template does so itself', () => {
  const requestId = { header: 'X-Request-Id', run: 'k3v9x2' }
  const options = { target, keepsAlive: true, requestId }
  const sent = (headers: Record<string, string>) =>
    new TextDecoder().decode(encodeRequest({ ...GET, headers }, options).head.take(41))
  expect(sent({})).toContain(`X-Request-Id: ${requestIdOf('k3v9x2', 41)}\r\n`)
  expect(sent({ 'x-request-id': 'mine' })).not.toContain('k3v9x2')
})

test('a large body is not copied for each request', () => {
  const body = new Uint8Array(100_000)
  const requestId = { header: 'X-Request-Id', run: 'k3v9x2' }
  const request = encodeRequest(
    { ...GET, method: 'POST', body },
    { target, keepsAlive: true, requestId },
  )
  expect(new TextDecoder().decode(request.head.take(0))).toMatch(/Content-Length: 100000\r\n\r\n$/)
  expect(request.body?.take(0)).toBe(request.body?.take(1))
})

test('a template may have a host of its own', () => {
  expect(textOf({ authority: 'other.example' })).toContain('\r\nHost: other.example\r\n')
})

test('the answer to HEAD is known to have no body', () => {
  const options = { target, keepsAlive: true }
  expect(encodeRequest({ ...GET, method: 'HEAD' }, options).isHead).toBe(true)
  expect(encodeRequest(GET, options).isHead).toBe(false)
})

test.each<[changes: Partial<RequestTemplate>, what: string]>([
  [{ method: 'GET /x' }, 'method "GET /x"'],
  [{ path: '/a b' }, 'path "/a b"'],
  [{ path: '/a\r\nX: 1' }, 'path "/a\\r\\nX: 1"'],
  [{ path: '' }, 'path ""'],
  [{ headers: { 'X A': '1' } }, 'header name "X A"'],
  [{ headers: { 'X-A': '1\r\nX-B: 2' } }, 'value of the header X-A'],
  [{ headers: { 'content-length': '5' } }, 'header content-length, which hitless sets itself,'],
  [{ headers: { Connection: 'close' } }, 'header Connection, which hitless sets itself,'],
])('%j cannot be sent, and the message names the %s', (changes, what) => {
  expect(() => textOf(changes)).toThrow(`the ${what} cannot be sent`)
})
