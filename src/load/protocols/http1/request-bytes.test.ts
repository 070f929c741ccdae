import { expect, test } from 'vitest'
import type { RequestTemplate } from '../../plan.ts'
import { encodeRequest } from './request-bytes.ts'

const target = { host: '127.0.0.1', port: 80, authority: 'shop.example:8080' }
const GET: RequestTemplate = { method: 'GET', path: '/', headers: {}, weight: 1 }

function textOf(changes: Partial<RequestTemplate>, keepsAlive = true): string {
  const { bytes } = encodeRequest({ ...GET, ...changes }, { target, keepsAlive })
  return new TextDecoder().decode(bytes)
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
  [{ headers: { 'content-length': '5' } }, 'header content-length, which hitless sets itself'],
  [{ headers: { Connection: 'close' } }, 'header Connection, which hitless sets itself'],
])('%j cannot be sent, and the message names the %s', (changes, what) => {
  expect(() => textOf(changes)).toThrow(`the ${what} cannot be sent`)
})
