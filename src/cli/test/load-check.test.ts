import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS, type LoadSettings } from '../../manifest/settings.ts'
import { findUnsendable } from './load-check.ts'

const FIRST = { file: 'hitless.yaml', line: 3, column: 5 }
const SECOND = { file: 'hitless.yaml', line: 4, column: 5 }
const LOCATIONS = { 'load.requests.0': FIRST, 'load.requests.1': SECOND }

type Request = LoadSettings['requests'][number]

function loadOf(
  requests: readonly Partial<Request>[],
  changes: Partial<LoadSettings> = {},
): LoadSettings {
  const request = { method: 'GET', path: '/', headers: {}, weight: 1 }
  const all = requests.map((fields) => ({ ...request, ...fields }))
  return { ...DEFAULT_SETTINGS.load, ...changes, requests: all }
}

const SESSIONS: Partial<LoadSettings> = {
  protocol: 'websocket',
  lanes: [{ lane: 'long', share: 0, sessions: 1, sessionMs: 1_000 }],
}

test('a load that can be sent has no findings', () => {
  expect(findUnsendable(DEFAULT_SETTINGS.load, {})).toEqual([])
  const message = { body: Uint8Array.of(0x61) }
  expect(findUnsendable(loadOf([message], SESSIONS), {})).toEqual([])
})

test.each([
  [loadOf([{}, { headers: { Connection: 'close' } }]), SECOND, /Connection, which hitless sets/],
  [loadOf([{}, { headers: { te: 'gzip' } }], { protocol: 'http2' }), SECOND, /header te/],
  [loadOf([{}, { body: Uint8Array.of(0xff) }], SESSIONS), SECOND, /not UTF-8/],
  [
    loadOf([{ body: 'no number' }], {
      ...SESSIONS,
      session: { messageIntervalMs: 1_000, expectsEcho: true },
    }),
    FIRST,
    /\{\{n\}\}/,
  ],
])('what cannot be sent is told at its request: %#', (load, location, message) => {
  expect(findUnsendable(load, LOCATIONS)).toMatchObject([
    { message: expect.stringMatching(message), location, hint: expect.any(String) },
  ])
})

test('what is wrong with no single request is told of the load', () => {
  const locations = { ...LOCATIONS, load: SECOND }
  const requests = Array.from({ length: 257 }, (_, index) => ({ path: `/${index}` }))
  expect(findUnsendable(loadOf(requests), locations)).toMatchObject([
    { message: expect.stringMatching(/257 requests/), location: SECOND },
  ])
})

test('what is wrong with several requests is told of the first', () => {
  const own = { headers: { Connection: 'close' } }
  expect(findUnsendable(loadOf([own, own]), LOCATIONS)).toMatchObject([{ location: FIRST }])
})
