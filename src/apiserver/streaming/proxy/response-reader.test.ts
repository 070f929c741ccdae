import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { ResponseReader } from './response-reader.ts'

/** The body of an answer with these header lines, which says "ok" in one chunk. */
function read(...headers: readonly string[]): string {
  let body = ''
  const reader = new ResponseReader('GET', {
    onHead: () => undefined,
    onBody: (bytes) => (body += Buffer.from(bytes).toString()),
    onEnd: () => (body += '.'),
    onUpgraded: () => undefined,
  })
  reader.receive(
    Buffer.from(['HTTP/1.1 200 OK', ...headers, '', '2', 'ok', '0', '', ''].join('\r\n')),
  )
  return body
}

test('a body in chunks is read', () => {
  expect(read('Transfer-Encoding: chunked')).toBe('ok.')
  expect(read('transfer-encoding:  Chunked ')).toBe('ok.')
})

test.each([
  ['gzip, chunked', ['Transfer-Encoding: gzip, chunked']],
  ['gzip', ['Transfer-Encoding: gzip']],
  ['gzip, chunked', ['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked']],
  ['chunked, chunked', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
  ['not-chunked', ['Transfer-Encoding: not-chunked']],
  ['', ['Transfer-Encoding:']],
])('a body coded as "%s" is refused: its reader would not be told', (coding, headers) => {
  expect(() => read(...headers)).toThrow(`unsupported transfer encoding: "${coding}"`)
})
