import { expect, test } from 'vitest'
import { parseListeningPorts } from './listening-ports.ts'

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const rest =
  '00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0\n'

test('listening sockets of both families are read, until the first of another state', () => {
  const tcp = `${HEADER}   0: 00000000:1388 00000000:0000 0A ${rest}   1: 0100007F:0046 00000000:0000 0A ${rest}   2: 0200F40A:1F90 0100F40A:C350 01 ${rest}`
  expect(parseListeningPorts(tcp)).toEqual([5000, 70])
  const tcp6 = `${HEADER}   0: 00000000000000000000000000000000:FFFF 00000000000000000000000000000000:0000 0A ${rest}`
  expect(parseListeningPorts(tcp6)).toEqual([65535])
})

test('text without sockets, or cut in a row, gives the whole rows', () => {
  expect(parseListeningPorts('')).toEqual([])
  expect(parseListeningPorts(HEADER)).toEqual([])
  expect(
    parseListeningPorts(`${HEADER}   0: 00000000:1388 00000000:0000 0A ${rest}   1: 00000000:13`),
  ).toEqual([5000])
})
