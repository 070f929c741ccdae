import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSettings } from './settings-reader.ts'
import { SETTINGS_KEYS } from './settings-keys.ts'
import { DEFAULT_SETTINGS } from './settings.ts'

const PAGE = readFileSync(new URL('../../docs/reference/hitless-yaml.md', import.meta.url), 'utf8')
const PLACE = { file: 'hitless.yaml', directory: '/srv' }

test('the reference page lists the keys of the reader, in its order', () => {
  const keys = [...PAGE.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, key]) => key)
  expect(keys).toEqual([...SETTINGS_KEYS])
})

describe('the examples of the page are read without a finding', () => {
  const examples = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '')

  test('there are some', () => {
    expect(examples.length).toBeGreaterThan(1)
  })

  test.each(examples)('%s', (text) => {
    expect(readSettings(text, PLACE).findings).toEqual([])
  })
})

test('every key is known to the reader', () => {
  const text = `
images: { "a:*": { command: [x], env: { A: b }, workingDir: ., stopSignal: SIGTERM } }
hostServices: [5432]
change: { restart: a }
load:
  target: service/a
  requests: [{ method: GET, path: /, headers: { A: b }, data: x, weight: 1 }]
  rate: 1
  lanes: [{ lane: reused, share: 1, connections: 1, maxAge: 1s }]
  timeout: 1s
  connectTimeout: 1s
  success: [200]
  expectHeaders: { X-A: b }
  expectBody: x
  expectBodyLength: 1
  expectBodySha256: ${'a'.repeat(64)}
  tls: { cacert: a, cert: b, key: c, servername: d, insecure: false }
  requestId: X-Trace
  protocol: http2
path: none
expect: { dropped: 1 }
baseline: 1s
settle: 1s
timeout: 1s
`
  expect(readSettings(text, PLACE).findings).toEqual([])
  const bodies = '[{ dataHex: "00" }, { dataFile: a }]'
  expect(readSettings(`load: { requests: ${bodies} }`, PLACE).findings).toEqual([])
  expect(readSettings('change: { setImage: { a: { b: c } } }', PLACE).findings).toEqual([])
  expect(readSettings('change: { manifests: a }', PLACE).findings).toEqual([])
  const sessions = 'sessions: 5, sessionDuration: 1m, stallTimeout: 5s'
  for (const more of [
    'protocol: websocket, messageInterval: 1s, expectEcho: true',
    'protocol: download, whole: true',
  ]) {
    expect(readSettings(`load: { ${sessions}, ${more} }`, PLACE).findings).toEqual([])
  }
})

test('the defaults of the page are the defaults', () => {
  const defaults = new Map(
    [...PAGE.matchAll(/^\| `([^`]+)` +\|[^|]+\| `([^`]+)` +\|/gm)].map(([, key, value]) => [
      key,
      value,
    ]),
  )
  const text = `
load: { rate: ${defaults.get('load.rate')}, lanes: ${defaults.get('load.lanes')}, timeout: ${defaults.get('load.timeout')}, connectTimeout: ${defaults.get('load.connectTimeout')}, success: ${defaults.get('load.success')}, requestId: ${defaults.get('load.requestId')}, protocol: ${defaults.get('load.protocol')} }
path: ${defaults.get('path')}
expect: { dropped: ${defaults.get('expect.dropped')} }
baseline: ${defaults.get('baseline')}
settle: ${defaults.get('settle')}
timeout: ${defaults.get('timeout')}
`
  expect(readSettings(text, PLACE)).toMatchObject({ settings: DEFAULT_SETTINGS, findings: [] })
})
