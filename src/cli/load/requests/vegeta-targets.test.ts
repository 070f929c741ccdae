import { expect, test } from 'vitest'
import { readTargets } from './vegeta-targets.ts'

const read = (_flag: string, path: string) => new TextEncoder().encode(`<${path}>`)

test('targets have their methods, headers and bodies', () => {
  const text = `# a comment
GET http://h:8080/a?b=c
X-Account: 1
# another
X-Account: 2

POST http://h:8080/orders
Content-Type: application/json
Host: shop.example
@./order.json
DELETE   http://h:8080/orders/1
`
  const { url, requests } = readTargets(text, 'http', read)
  expect(url).toBe('http://h:8080/a?b=c')
  expect(requests).toEqual([
    { method: 'GET', path: '/a?b=c', headers: { 'X-Account': '1, 2' }, weight: 1 },
    {
      method: 'POST',
      path: '/orders',
      headers: { 'Content-Type': 'application/json' },
      authority: 'shop.example',
      body: new TextEncoder().encode('<./order.json>'),
      weight: 1,
    },
    { method: 'DELETE', path: '/orders/1', headers: {}, weight: 1 },
  ])
})

test('targets as JSON have bodies in base64', () => {
  const text = `{"method":"POST","url":"http://h/","header":{"A":["1","2"]},"body":"aGk="}\n\n`
  expect(readTargets(text, 'json', read).requests).toEqual([
    { method: 'POST', path: '/', headers: { A: '1, 2' }, body: Uint8Array.of(104, 105), weight: 1 },
  ])
})

test('vegeta writes null where there is no header and no body', () => {
  const text = '{"method":"GET","url":"http://h/","header":null,"body":null}'
  expect(readTargets(text, 'json', read).requests).toEqual([
    { method: 'GET', path: '/', headers: {}, weight: 1 },
  ])
})

test('equal targets are one of more weight', () => {
  const text = 'GET http://h/a\nGET http://h/b\nGET http://h/a\n'
  expect(readTargets(text, 'http', read).requests.map(({ weight }) => weight)).toEqual([2, 1])
})

test.each<[text: string, format: string, message: string]>([
  ['', 'http', '--targets line 1 holds no target'],
  ['GET http://h/\nno colon', 'http', '--targets line 2 has "no colon"'],
  ['\nX: 1', 'http', '--targets line 2 has "X: 1"'],
  ['GET http://h/\nGET http://i/', 'http', 'line 2 leads to http://i:80, others to http://h:80'],
  ['GET http://h/\nGET https://h/', 'http', 'line 2 leads to https://h:443'],
  ['GET ftp://h/', 'http', 'line 1 cannot send load to ftp://h/'],
  ['{"url":"http://h/"}', 'json', 'line 1 is no target'],
  ['{"method":"GET","url":"http://h/","header":{"A":1}}', 'json', 'line 1 has another header A'],
  ['{"method":"GET","url":"http://h/","body":"="}', 'json', 'line 1 has a body that is not base64'],
  ['GET http://h/', 'yaml', '--targets-format yaml'],
  [
    Array.from({ length: 257 }, (_, index) => `GET http://h/${index}`).join('\n'),
    'http',
    'line 257 is different request 257',
  ],
])('%j in %s is refused: %s', (text, format, message) => {
  expect(() => readTargets(text, format, read)).toThrow(message)
})
