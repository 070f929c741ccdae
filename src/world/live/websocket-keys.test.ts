import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { liveWebSocketKeys } from './websocket-keys.ts'

test('each key is 16 bytes, new, and comes with what RFC 6455 makes of it', () => {
  const keys = liveWebSocketKeys()
  const seen = new Set<string>()
  for (let round = 0; round < 100; round++) {
    const { key, accept } = keys.next()
    seen.add(key)
    expect(Buffer.from(key, 'base64')).toHaveLength(16)
    const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
    expect(accept).toBe(createHash('sha1').update(key).update(guid).digest('base64'))
  }
  expect(seen.size).toBe(100)
})

test('masks are 32 bits and hardly ever the same', () => {
  const keys = liveWebSocketKeys()
  const masks = Array.from({ length: 5_000 }, () => keys.nextMask())
  expect(masks.every((mask) => Number.isInteger(mask) && mask >= 0 && mask <= 0xffff_ffff)).toBe(
    true,
  )
  expect(new Set(masks).size).toBeGreaterThan(4_900)
})
