import { describe, expect, test } from 'vitest'
import { formatLocation } from '../base/finding.ts'
import { readSettings, type SettingsFile } from './settings-reader.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'

function read(text: string): SettingsFile {
  return readSettings(text, { file: 'hitless.yaml', directory: '/srv/app' })
}

test('the settings of the product page are read', () => {
  const { settings, findings } = read(`
images:
  "websample:*": { command: [node, server.mjs], env: { version: "{tag}" } }
change:
  setImage: { deployment/websample: { websample: "websample:v2" } }
load:
  target: service/websample
  requests: [ { path: / }, { path: /sleep/1, weight: 1 } ]
  rate: 200/s
path: kube-proxy
expect: { dropped: 0 }
`)
  expect(findings).toEqual([])
  expect(settings).toEqual({
    ...DEFAULT_SETTINGS,
    images: [
      {
        pattern: 'websample:*',
        command: ['node', 'server.mjs'],
        env: { version: '{tag}' },
        workingDir: '/srv/app',
      },
    ],
    change: { kind: 'set-image', deployment: 'websample', images: { websample: 'websample:v2' } },
    load: {
      ...DEFAULT_SETTINGS.load,
      target: 'service/websample',
      requests: [
        { method: 'GET', path: '/', headers: {}, weight: 1 },
        { method: 'GET', path: '/sleep/1', headers: {}, weight: 1 },
      ],
    },
  })
})

describe('a value is read', () => {
  test.each<[string, string, (settings: Settings) => unknown, unknown]>([
    ['an empty file', '# nothing', (s) => s, DEFAULT_SETTINGS],
    ['a rate per second', 'load: { rate: 50/s }', (s) => s.load.ratePerSecond, 50],
    ['a rate without a unit', 'load: { rate: 50 }', (s) => s.load.ratePerSecond, 50],
    ['a rate per minute', 'load: { rate: 600/m }', (s) => s.load.ratePerSecond, 10],
    ['one lane', 'load: { lanes: { new: 1 } }', (s) => s.load.lanes, [{ lane: 'new', share: 1 }]],
    [
      'lanes by share',
      'load: { lanes: { new: 0.3, reused: 0.7 } }',
      (s) => s.load.lanes,
      [
        { lane: 'new', share: 0.3 },
        { lane: 'reused', share: 0.7, connections: 16 },
      ],
    ],
    [
      'a lane without requests',
      'load: { lanes: { new: 0, reused: 1 } }',
      (s) => s.load.lanes,
      [{ lane: 'reused', share: 1, connections: 16 }],
    ],
    [
      'lanes as a list',
      'load: { lanes: [{ lane: reused, share: 1, connections: 4, maxAge: 30s }] }',
      (s) => s.load.lanes,
      [{ lane: 'reused', share: 1, connections: 4, connectionAgeMsMax: 30_000 }],
    ],
    ['a request id', 'load: { requestId: X-Trace }', (s) => s.load.requestId, 'X-Trace'],
    ['no request id', 'load: { requestId: off }', (s) => s.load.requestId, undefined],
    ['HTTP/2', 'load: { protocol: http2 }', (s) => s.load.protocol, 'http2'],
    [
      'gRPC without requests',
      'load: { protocol: grpc }',
      (s) => s.load.requests,
      [{ method: 'POST', path: '/grpc.health.v1.Health/Check', headers: {}, weight: 1 }],
    ],
    [
      'a call of gRPC',
      'load: { protocol: grpc, requests: [{ path: /shop.Orders/List }] }',
      (s) => s.load.requests[0]?.path,
      '/shop.Orders/List',
    ],
    [
      'a body, which is posted',
      'load: { requests: [{ data: "a=1" }] }',
      (s) => s.load.requests[0],
      { method: 'POST', path: '/', headers: {}, body: 'a=1', weight: 1 },
    ],
    [
      'a message in hexadecimal digits',
      'load: { protocol: grpc, requests: [{ path: /a.B/C, dataHex: "0a 03" }] }',
      (s) => s.load.requests[0],
      { method: 'POST', path: '/a.B/C', headers: {}, body: Uint8Array.of(10, 3), weight: 1 },
    ],
    [
      'a body in a file',
      'load: { requests: [{ dataFile: order.json }] }',
      (s) => s.load.requests[0],
      { method: 'POST', path: '/', headers: {}, bodyFile: '/srv/app/order.json', weight: 1 },
    ],
    [
      'what answers have to be',
      `load: { expectHeaders: { X-A: " 1 " }, expectBody: ^a, expectBodyLength: 3, expectBodySha256: "${'AB'.repeat(32)}" }`,
      (s) => s.load.expected,
      {
        headers: [{ name: 'x-a', value: '1' }],
        bodyPattern: '^a',
        bodyLength: 3,
        bodySha256: 'ab'.repeat(32),
      },
    ],
    [
      'TLS, with files beside the settings',
      'load: { tls: { cacert: ca.pem, cert: tls/client.pem, key: /etc/client.key, servername: shop.test } }',
      (s) => s.load.tls,
      {
        cacert: '/srv/app/ca.pem',
        cert: '/srv/app/tls/client.pem',
        key: '/etc/client.key',
        servername: 'shop.test',
      },
    ],
    ['TLS, unverified', 'load: { tls: { insecure: true } }', (s) => s.load.tls, { insecure: true }],
    ['TLS, as it is', 'load: { tls: {} }', (s) => s.load.tls, {}],
    [
      'the idle lane',
      'load: { lanes: { idle: 1 } }',
      (s) => s.load.lanes,
      [{ lane: 'idle', share: 1 }],
    ],
    [
      'sessions',
      'load: { protocol: websocket, sessions: 5, sessionDuration: 1m, expectEcho: true }',
      ({ load: { ratePerSecond, lanes, session } }) => ({ ratePerSecond, lanes, session }),
      {
        ratePerSecond: 0,
        lanes: [{ lane: 'long', share: 0, sessions: 5, sessionMs: 60_000 }],
        session: { messageIntervalMs: 1_000, expectsEcho: true },
      },
    ],
    ['timeouts', 'load: { timeout: 1.5s }', (s) => s.load.timeoutMs, 1500],
    ['a connect timeout', 'load: { connectTimeout: 250ms }', (s) => s.load.connectTimeoutMs, 250],
    [
      'statuses',
      'load: { success: [200-299, 404] }',
      (s) => s.load.okStatuses,
      [
        [200, 299],
        [404, 404],
      ],
    ],
    ['one range of statuses', 'load: { success: 200-204 }', (s) => s.load.okStatuses, [[200, 204]]],
    [
      'headers',
      'load: { requests: [{ headers: { Accept: "*/*" } }] }',
      (s) => s.load.requests[0]?.headers,
      { Accept: '*/*' },
    ],
    ['no baseline', 'baseline: 0', (s) => s.baselineMs, 0],
    ['a long baseline', 'baseline: 1m30s', (s) => s.baselineMs, 90_000],
    ['a settle time', 'settle: 0s', (s) => s.settleMs, 0],
    ['a timeout', 'timeout: 10m', (s) => s.timeoutMs, 600_000],
    [
      'a restart of the only one',
      'change: { restart: true }',
      (s) => s.change,
      { kind: 'restart' },
    ],
    [
      'a restart',
      'change: { restart: deployment/web }',
      (s) => s.change,
      { kind: 'restart', deployment: 'web' },
    ],
    [
      'a restart by the bare name',
      'change: { restart: web }',
      (s) => s.change,
      { kind: 'restart', deployment: 'web' },
    ],
    [
      'manifests',
      'change: { manifests: ../v2/ }',
      (s) => s.change,
      { kind: 'manifests', path: '/srv/v2' },
    ],
    ['no propagation', 'path: none', (s) => s.path, 'none'],
    ['an expectation', 'expect: { dropped: 3 }', (s) => s.expect.dropped, 3],
    ['a null as absent', 'load:\npath: none', (s) => s.load, DEFAULT_SETTINGS.load],
    [
      'a stop signal',
      'images: { a: { stopSignal: SIGQUIT, workingDir: x } }',
      (s) => s.images,
      [{ pattern: 'a', command: [], env: {}, workingDir: '/srv/app/x', stopSignal: 'SIGQUIT' }],
    ],
  ])('%s', (_, text, pick, expected) => {
    const { settings, findings } = read(text)
    expect(findings).toEqual([])
    expect(pick(settings)).toEqual(expected)
  })
})

describe('a mistake is told at its place, and the default stands in', () => {
  const WRONG = 'settings-wrong-value'
  test.each<[string, string, RegExp]>([
    ['image: {}', 'settings-unknown-key 1:1', /did you mean "images"/],
    ['load: { targt: x }', 'settings-unknown-key 1:9', /did you mean "target"/],
    [
      'load: { requests: [{ pth: / }] }',
      'settings-unknown-key 1:22',
      /load\.requests\[0\]\.pth.*did you mean "path"/,
    ],
    ['expect: { drops: 0 }', 'settings-unknown-key 1:11', /there are dropped/],
    ['change: { command: [helm] }', 'settings-not-supported 1:11', /change\.setImage/],
    ['path: alb', 'settings-not-supported 1:7', /none and kube-proxy/],
    ['path: kubeproxy', 'settings-not-supported 1:7', /did you mean "kube-proxy"/],
    ['load: { target: ingress/web }', 'settings-not-supported 1:17', /service\/NAME/],
    ['load: { target: "http://x/" }', 'settings-not-supported 1:17', /service\/NAME/],
    ['load: { target: web }', `${WRONG} 1:17`, /write service\/web/],
    ['load: { rate: 0 }', `${WRONG} 1:15`, /200\/s/],
    ['load: { rate: 5/h }', `${WRONG} 1:15`, /200\/s/],
    ['load: { rate: 1000000 }', `${WRONG} 1:15`, /at most/],
    ['load: { lanes: { new: 0.5 } }', `${WRONG} 1:16`, /add up to 0\.5/],
    ['load: { lanes: { old: 1 } }', `${WRONG} 1:23`, /new, reused and idle/],
    ['load: { sessions: 5 }', `${WRONG} 1:19`, /is for sessions.*protocol: websocket/],
    ['load: { protocol: sse, rate: 5/s }', `${WRONG} 1:30`, /is not for sse.*write sessions/],
    ['load: { protocol: sse, expectEcho: true }', `${WRONG} 1:36`, /it is for websocket/],
    ['load: { protocol: download, whole: 1 }', `${WRONG} 1:36`, /true or false/],
    ['load: { lanes: [{ share: 1 }] }', `${WRONG} 1:17`, /lane and share/],
    ['load: { lanes: [{ lane: new, share: 1, connections: 3 }] }', `${WRONG} 1:25`, /for reused/],
    ['load: { lanes: { new: 2 } }', `${WRONG} 1:23`, /from 0 to 1/],
    ['load: { timeout: 5 }', `${WRONG} 1:18`, /did you mean "5s"/],
    ['load: { timeout: 0s }', `${WRONG} 1:18`, /duration/],
    ['load: { success: [20] }', `${WRONG} 1:19`, /200-399/],
    ['load: { success: [] }', `${WRONG} 1:18`, /at least one/],
    ['load: { requests: [] }', `${WRONG} 1:19`, /at least one/],
    ['load: { requests: [{ path: a }] }', `${WRONG} 1:28`, /begins with \//],
    ['load: { requests: [{ method: get }] }', `${WRONG} 1:30`, /capitals/],
    ['load: { requests: [{ headers: { "a b": c } }] }', `${WRONG} 1:40`, /no header/],
    ['load: { requests: [{ headers: { a: "c\\r\\nx: y" } }] }', `${WRONG} 1:36`, /no header/],
    ['load: { requests: { path: / } }', `${WRONG} 1:19`, /takes a list/],
    ['load: { requests: [{ data: a, dataHex: "00" }] }', `${WRONG} 1:40`, /beside data/],
    ['load: { requests: [{ dataHex: "0x" }] }', `${WRONG} 1:31`, /pairs of hexadecimal/],
    ['load: { protocol: grpc, success: 200 }', `${WRONG} 1:34`, /status OK/],
    [
      'load: { protocol: grpc, requests: [{ method: POST, path: /a/b }] }',
      `${WRONG} 1:46`,
      /not for grpc/,
    ],
    ['load: { expectBody: "(" }', `${WRONG} 1:21`, /regular expression.*Invalid/],
    ['load: { expectBody: }', `${WRONG} 1:9`, /expectBody has no value.*leave expectBody out/],
    ['load: { tls: }', `${WRONG} 1:9`, /load.tls has no value/],
    ['load: { tls: { insecure } }', `${WRONG} 1:16`, /load.tls.insecure has no value/],
    ['load: { expectBodyLength: -1 }', `${WRONG} 1:27`, /from 0/],
    ['load: { expectBodySha256: abc }', `${WRONG} 1:27`, /64 hexadecimal/],
    ['load: { expectHeaders: { "a b": c } }', `${WRONG} 1:33`, /no header/],
    ['load: { expectHeaders: { a: "b\\nc" } }', `${WRONG} 1:29`, /control character/],
    ['load: { requests: [{ dataHex: 0012 }] }', `${WRONG} 1:31`, /in quotes: "0012"/],
    ['load: { requests: [{ dataHex: 0x12 }] }', `${WRONG} 1:31`, /in quotes: "0x12"/],
    ['load: { requests: [{ dataHex: 12e4 }] }', `${WRONG} 1:31`, /in quotes: "12e4"/],
    ['load: { expectHeaders: { a: off } }', `${WRONG} 1:29`, /in quotes: "off"/],
    ['load: { timeout: 30 }', `${WRONG} 1:18`, /did you mean "30s"/],
    ['load: { timeout: 0 }', `${WRONG} 1:18`, /not 0 \(undefined\)/],
    ['load: { protocol: sse, expectBody: a }', `${WRONG} 1:36`, /not for sessions/],
    ['load: { tls: true }', `${WRONG} 1:14`, /mapping/],
    ['load: { tls: { insecure: 1 } }', `${WRONG} 1:26`, /true or false/],
    ['load: { tls: { ca: a.pem } }', 'settings-unknown-key 1:16', /cacert/],
    ['load: 5', `${WRONG} 1:7`, /mapping/],
    ['- a', `${WRONG} 1:1`, /mapping/],
    ['expect: { dropped: -1 }', `${WRONG} 1:20`, /from 0/],
    ['images: { a: { command: node server.mjs } }', `${WRONG} 1:25`, /\[node, server\.mjs\]/],
    ['images: { a: { command: [sleep, 5] } }', `${WRONG} 1:33`, /in quotes: "5"/],
    ['images: { a: { command: [] } }', `${WRONG} 1:25`, /program/],
    ['images: { a: [node] }', `${WRONG} 1:14`, /command: \[/],
    ['images: { a: { env: { A: yes } } }', `${WRONG} 1:26`, /in quotes/],
    ['images: { a: { stopSignal: TERM } }', `${WRONG} 1:28`, /SIGTERM/],
    ['change: { restart: statefulset/db }', `${WRONG} 1:20`, /deployment\/NAME/],
    ['change: { setImage: {} }', `${WRONG} 1:21`, /names no Deployment/],
    ['change: { setImage: { deployment/web: "web:v2" } }', `${WRONG} 1:39`, /containers to images/],
    ['change: { setImage: { a: { b: c }, d: { e: f } } }', `${WRONG} 1:39`, /second Deployment/],
    ['change: { restart: web, manifests: x }', `${WRONG} 1:36`, /one change/],
    ['hostServices: 5432', `${WRONG} 1:15`, /list/],
    ['hostServices: [0]', `${WRONG} 1:16`, /from 1 to 65535/],
    ['timeout: 0s', `${WRONG} 1:10`, /duration/],
    ['path: none\n---\npath: none', `${WRONG} 3:1`, /second/],
    [`load: ${'x'.repeat(500)}`, `${WRONG} 1:7`, /not "x{199}… /],
    ['path: [', 'yaml-syntax 2:1', /YAML/],
  ])('%s', (text, expected, words) => {
    const { findings } = read(`${text}\n`)
    expect(
      findings.map(({ code, location }) => {
        const place = location === undefined ? '' : formatLocation(location)
        return `${code} ${place.replace('hitless.yaml:', '')}`
      }),
    ).toEqual([expected])
    expect(findings.map(({ message, hint }) => `${message} (${hint})`).join()).toMatch(words)
  })

  test('several mistakes are told at once', () => {
    const { settings, findings } = read('path: 5\nload: { rate: x, timeout: y }\nsettle: 1s\n')
    expect(findings).toHaveLength(3)
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, settleMs: 1_000 })
  })
})

test('an image may be an archive or a directory, and workingDir is then inside', () => {
  const { settings, findings } = read(`
images:
  "web:*": { archive: images/web.tar }
  "app:*": { root: "roots/{tag}", command: [/bin/app], workingDir: /srv }
`)
  expect(findings).toEqual([])
  expect(settings.images).toEqual([
    { pattern: 'web:*', command: [], env: {}, archive: '/srv/app/images/web.tar', workingDir: '' },
    {
      pattern: 'app:*',
      command: ['/bin/app'],
      env: {},
      root: '/srv/app/roots/{tag}',
      workingDir: '/srv',
    },
  ])
})

test.each([
  ['{ archive: a.tar, root: b }', 'images.x.root cannot be there beside an archive'],
  ['{ archive: "{tag}.tar" }', 'images.x.archive takes a path without {tag}'],
  ['{ archive: a.tar, workingDir: srv }', 'images.x.workingDir takes an absolute path'],
])('images: { x: %s } is refused', (image, message) => {
  const { findings } = read(`images: { x: ${image} }`)
  expect(findings.map((found) => found.message).join()).toContain(message)
})
