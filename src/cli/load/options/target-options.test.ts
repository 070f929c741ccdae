import { expect, test } from 'vitest'
import { readTarget } from './target-options.ts'

test.each([
  ['', 'it is no URL'],
  ['http://', 'it is no URL'],
  ['http://[::1', 'it is no URL'],
  ['http://127.0.0.1:70000/', 'port 70000 is out of range'],
  [':70000', 'port 70000 is out of range'],
  [`:${'7'.repeat(1_000)}`, 'characters) is out of range'],
  ['http://127.0.0.1:0/', 'nobody listens on port 0'],
  ['tcp://127.0.0.1', 'it has no port'],
  ['ftp://127.0.0.1/', 'ftp:// is not supported'],
  ['http://user:pass@127.0.0.1/', 'it has a user name'],
])('%j is refused: %s', (url, why) => {
  expect(() => readTarget(url)).toThrow(why)
})

test.each([
  ['127.0.0.1:8080', '127.0.0.1', 8080, '/'],
  ['http://[::1]:8080/a?b#c', '::1', 8080, '/a?b'],
  ['http://shop.test', 'shop.test', 80, '/'],
  ['https://m\u00FCnchen.test/%20', 'xn--mnchen-3ya.test', 443, '/%20'],
])('%j is host %s, port %d, path %s', (url, host, port, path) => {
  expect(readTarget(url)).toMatchObject({ target: { host, port }, path })
})
