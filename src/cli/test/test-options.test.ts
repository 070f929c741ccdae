import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../../manifest/settings.ts'
import { type TestFlags, withFlags } from './test-options.ts'

describe('flags win over hitless.yaml', () => {
  test('no flag leaves the settings as they are', () => {
    expect(withFlags(DEFAULT_SETTINGS, {})).toEqual(DEFAULT_SETTINGS)
  })

  const rows: readonly (readonly [TestFlags, object])[] = [
    [{ rate: '500/s' }, { load: { ratePerSecond: 500 } }],
    [{ rate: '120/m' }, { load: { ratePerSecond: 2 } }],
    [{ target: 'service/web:http' }, { load: { target: 'service/web:http' } }],
    [{ request: ['/a', 'POST /b'] }, { load: { requests: [{ path: '/a' }, { method: 'POST' }] } }],
    [{ lanes: 'new=1' }, { load: { lanes: [{ lane: 'new', share: 1 }] } }],
    [
      { lanes: 'reused=1', connections: '4', connectionAge: '10s' },
      { load: { lanes: [{ share: 1, connections: 4, connectionAgeMsMax: 10_000 }] } },
    ],
    [
      { success: '200-299,404' },
      {
        load: {
          okStatuses: [
            [200, 299],
            [404, 404],
          ],
        },
      },
    ],
    [
      { baseline: '1m', settle: '0' },
      { baselineMs: 60_000, settleMs: 0 },
    ],
    [{ expectDropped: '3' }, { expect: { dropped: 3 } }],
    [{ setImage: ['web=web:v2'] }, { change: { kind: 'set-image', images: { web: 'web:v2' } } }],
    [{ deployment: 'web' }, { change: { kind: 'restart', deployment: 'web' } }],
  ]
  test.each(rows)('%j', (flags, expected) => {
    expect(withFlags(DEFAULT_SETTINGS, flags)).toMatchObject(expected)
  })
})

describe('a flag that makes no sense is refused by its name', () => {
  const rows: readonly (readonly [TestFlags, string])[] = [
    [{ rate: 'fast' }, '--rate fast'],
    [{ rate: '0/s' }, '--rate 0/s'],
    [{ rate: '1000000000' }, '--rate 1000000000'],
    [{ lanes: 'new=0.5,reused=0.6' }, '--lanes'],
    [{ lanes: 'old=1' }, '--lanes'],
    [{ connections: '-1' }, '--connections -1'],
    [{ requestTimeout: '5' }, '--request-timeout 5'],
    [{ timeout: '99999h' }, '--timeout 99999h'],
    [{ success: '99' }, '--success 99'],
    [{ request: ['no-slash'] }, '--request no-slash'],
    [{ setImage: ['web'] }, '--set-image web'],
    [{ expectDropped: 'none' }, '--expect-dropped none'],
  ]
  test.each(rows)('%j', (flags, named) => {
    expect(() => withFlags(DEFAULT_SETTINGS, flags)).toThrow(
      expect.objectContaining({
        code: 'bad-flag',
        exitCode: 2,
        message: expect.stringContaining(named),
      }),
    )
  })
})

describe('with load.protocol: grpc', () => {
  const load = { ...DEFAULT_SETTINGS.load, protocol: 'grpc' } as const
  const settings = { ...DEFAULT_SETTINGS, load }

  test('a request is a call, which is made with POST', () => {
    expect(withFlags(settings, { request: ['/a.B/C'] }).load.requests).toEqual([
      { method: 'POST', path: '/a.B/C', headers: {}, weight: 1 },
    ])
  })

  const rows: readonly (readonly [TestFlags, string])[] = [
    [{ request: ['/a'] }, '--request /a, with gRPC'],
    [{ request: ['GET /a.B/C'] }, '--request GET /a.B/C, with gRPC'],
    [{ success: '200' }, '--success with gRPC'],
  ]
  test.each(rows)('%j is refused', (flags, named) => {
    expect(() => withFlags(settings, flags)).toThrow(
      expect.objectContaining({ code: 'bad-flag', message: expect.stringContaining(named) }),
    )
  })
})
