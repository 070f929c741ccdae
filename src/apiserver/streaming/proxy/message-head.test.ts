import { expect, test } from 'vitest'
import { responseHeaders } from './message-head.ts'
import type { ResponseHead } from './response-reader.ts'

const PREFIX = '/api/v1/namespaces/default/pods/web/proxy'
const HOST = '10.244.0.7:80'

function passedOn(...headers: ResponseHead['headers']) {
  return responseHeaders({ status: 200, headers }, { target: '/', prefix: PREFIX }, HOST)
}

test('the length of an answer is passed on once', () => {
  const twice = [
    ['Content-Length', '5'],
    ['content-length', '5'],
  ] as const
  expect(passedOn(...twice)).toEqual({ 'content-length': ['5'] })
})

test('a length beside chunks is not', () => {
  const both = [
    ['Content-Length', '1'],
    ['Transfer-Encoding', 'chunked'],
    ['X-Own', 'a'],
  ] as const
  expect(passedOn(...both)).toEqual({ 'x-own': ['a'] })
})

test('what `Connection` names concerns the connection to the backend alone', () => {
  const named = [
    ['Connection', 'X-Hop, close'],
    ['X-Hop', 'a'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ] as const
  expect(passedOn(...named)).toEqual({ 'set-cookie': ['a=1', 'b=2'] })
})
