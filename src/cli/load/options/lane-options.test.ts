import { expect, test } from 'vitest'
import { lanesOf } from './lane-options.ts'

test('requests are shared between new and reused connections, unless their users wait', () => {
  expect(lanesOf({}, undefined)).toEqual([
    { lane: 'new', share: 0.2 },
    { lane: 'reused', share: 0.8, connections: 16 },
  ])
  expect(lanesOf({}, 64)).toEqual([{ lane: 'reused', share: 1, connections: 64 }])
})

test('connections that are to rest are as many as rests need, unless there is a number', () => {
  const lanes = 'reused=0.5,idle=0.5'
  expect(lanesOf({ lanes }, undefined)).toEqual([
    { lane: 'reused', share: 0.5, connections: 16 },
    { lane: 'idle', share: 0.5 },
  ])
  expect(lanesOf({ lanes, connections: '8', connectionAge: '1m' }, undefined)).toEqual([
    { lane: 'reused', share: 0.5, connections: 8, connectionAgeMsMax: 60_000 },
    { lane: 'idle', share: 0.5, connections: 8, connectionAgeMsMax: 60_000 },
  ])
})

test.each(['new=2', 'foo=1', 'new=0.5,new=0.5', 'new=0.5', 'long=1', ''])(
  'lanes %j are refused',
  (lanes) => {
    expect(() => lanesOf({ lanes }, undefined)).toThrow(`--lanes ${lanes}: not understood`)
  },
)
