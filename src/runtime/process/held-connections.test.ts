import { expect, test } from 'vitest'
import { countHeldConnections } from './held-connections.ts'

/** A row of /proc/net/tcp: 0A listens, 01 is established, 08 waits for the program to close, 04 to 06 are closed by it. */
const row = (address: string, port: string, state: string) =>
  `   1: ${address}:${port} 0100007F:9C40 ${state} 00000000:00000000 00:00000000 00000000     0        0 13 1 0000000000000000 100 0 0 10 0`

test.each([
  ['listening', '0A', 0],
  ['being made', '03', 0],
  ['established', '01', 1],
  ['closed by the client only', '08', 1],
  ['closed by the program', '04', 0],
  ['closed by both', '06', 0],
])('a connection that is %s', (_, state, count) => {
  const counts = countHeldConnections([row('0200F47F', '1388', state)])
  expect(counts.get(5000) ?? 0).toBe(count)
})

test('connections are counted over both tables, of one address only where that is asked', () => {
  const tables = [
    [row('0200F47F', '1388', '01'), row('0300F47F', '1388', '01')].join('\n'),
    row('0000000000000000FFFF00000200F47F', '1388', '01'),
  ]
  expect(countHeldConnections(tables).get(5000)).toBe(3)
  const own = countHeldConnections(tables, ({ address }) => address === '127.244.0.2')
  expect(own.get(5000)).toBe(2)
})
