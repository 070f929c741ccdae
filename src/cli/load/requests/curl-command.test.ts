import { expect, test } from 'vitest'
import type { RequestTemplate } from '../../../load/plan.ts'
import { readCurl } from './curl-command.ts'
import type { RequestInput } from './request-input.ts'

const FILES: Readonly<Record<string, string>> = { 'body.txt': 'a\r\nb\n', '-': 'from stdin' }

function read(_flag: string, path: string): Uint8Array {
  const text = FILES[path]
  if (text === undefined) throw new Error(`no file ${path}`)
  return new TextEncoder().encode(text)
}

interface Sent extends Partial<Omit<RequestTemplate, 'body'>> {
  readonly body?: string
}

function sentBy(command: string): Sent {
  const [request] = readCurl(command, read).requests
  const { body, weight: _, ...rest } = request!
  if (body === undefined) return rest
  return { ...rest, body: typeof body === 'string' ? body : new TextDecoder().decode(body) }
}

const FORM = { Accept: '*/*', 'Content-Type': 'application/x-www-form-urlencoded' }

test.each<[command: string, sent: Sent]>([
  ['curl http://h/a?b=c', { method: 'GET', path: '/a?b=c', headers: { Accept: '*/*' } }],
  ['/usr/bin/curl -sSL h', { method: 'GET', path: '/' }],
  ['curl -XDELETE h/x', { method: 'DELETE', path: '/x' }],
  ['curl -I h', { method: 'HEAD' }],
  ['curl -d a=1 -d b=2 h', { method: 'POST', body: 'a=1&b=2', headers: FORM }],
  ['curl -d @body.txt h', { body: 'ab' }],
  ['curl --data-binary @body.txt h', { body: 'a\r\nb\n' }],
  ['curl --data-raw @body.txt h', { body: '@body.txt' }],
  ['curl -d@- h', { body: 'from stdin' }],
  ['curl -X PUT -d "" h', { method: 'PUT', body: '' }],
  ["curl --data-urlencode 'q=a b&c' --data-urlencode 'x y' h", { body: 'q=a%20b%26c&x%20y' }],
  ['curl -G -d q=1 -d r=2 h/s', { method: 'GET', path: '/s?q=1&r=2', headers: { Accept: '*/*' } }],
  ['curl -G -d q=1 h/s?t=0', { path: '/s?t=0&q=1' }],
  [
    `curl --json '{"a":1}' h`,
    {
      method: 'POST',
      body: '{"a":1}',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    },
  ],
  [
    "curl -H 'Accept:' -H 'X-Empty;' -H 'A: 1' -H 'a: 2' h",
    { headers: { 'X-Empty': '', A: '1, 2' } },
  ],
  [
    "curl -H 'Content-Type: text/plain' -d x h",
    { body: 'x', headers: { 'Content-Type': 'text/plain', Accept: '*/*' } },
  ],
  ["curl -H 'Host: shop.example' http://127.0.0.1:8080/", { authority: 'shop.example' }],
  [
    "curl -H 'Connection: keep-alive' -H 'Content-Length: 3' -b 'a=1; b=2' h",
    { headers: { Cookie: 'a=1; b=2', Accept: '*/*' } },
  ],
  [
    'curl -u user:pass -A agent/1 -e http://from/ h',
    {
      headers: {
        Authorization: 'Basic dXNlcjpwYXNz',
        'User-Agent': 'agent/1',
        Referer: 'http://from/',
        Accept: '*/*',
      },
    },
  ],
  ['curl --oauth2-bearer T h', { headers: { Authorization: 'Bearer T', Accept: '*/*' } }],
  ['curl h/orders/{{n}}', { path: '/orders/{{n}}' }],
  ['curl --url h/x', { path: '/x' }],
])('%s', (command, sent) => {
  expect(sentBy(command)).toMatchObject(sent)
  if (sent.headers !== undefined) expect(sentBy(command).headers).toEqual(sent.headers)
  if (sent.body === undefined) expect(sentBy(command).body).toBeUndefined()
})

test.each<[command: string, reach: RequestInput['reach']]>([
  ['curl -k https://h', { insecure: true }],
  ['curl -k http://h', {}],
  [
    'curl --cacert ca.pem -E c.pem --key k.pem https://h',
    { cacert: 'ca.pem', cert: 'c.pem', key: 'k.pem' },
  ],
  ['curl --resolve h:443:10.0.0.7 https://h', { connectTo: '10.0.0.7:443' }],
  ['curl --resolve h:443:::1 https://h', { connectTo: '[::1]:443' }],
  ['curl --resolve other:443:10.0.0.7 https://h', {}],
  ['curl --connect-to ::127.0.0.1:8443 https://h', { connectTo: '127.0.0.1:8443' }],
  ['curl --connect-to h:443:[::1]: https://h', { connectTo: '[::1]:443' }],
])('%s reaches it by %j', (command, reach) => {
  expect(readCurl(command, read).reach).toEqual(reach)
})

test('what does not apply is said', () => {
  const { notes } = readCurl('curl -L --compressed -m 5 -s -o /dev/null http://h', read)
  expect(notes).toEqual([
    '-L of the curl command does not apply here',
    '--compressed of the curl command does not apply here',
    '-m of the curl command does not apply here',
  ])
})

test.each([
  ['wget http://h', '--curl wget http://h'],
  ['', '--curl'],
  ['curl', 'no URL'],
  ['curl h1 h2', 'two URLs (h1 and h2)'],
  ['curl -F file=@x h', '-F, which is not supported'],
  ['curl --proxy p h', '--proxy, which is not supported'],
  ['curl --next h', '--next, which is not supported'],
  ['curl --constructor h', '--constructor, which is not supported'],
  ['curl h -H', '-H without its value'],
  ["curl -H 'no colon' h", 'a header "no colon"'],
  ['curl -b cookies.txt h', '-b with a file of cookies'],
  ['curl -u user h', '-u without a password'],
  ['curl --resolve x h', '--resolve x'],
  ['curl -d @missing h', 'no file missing'],
  ['curl ftp://h', 'ftp:// is not supported'],
])('%s is refused: %s', (command, message) => {
  expect(() => readCurl(command, read)).toThrow(message)
})
