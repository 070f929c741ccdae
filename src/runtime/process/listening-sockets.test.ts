import { expect, test } from 'vitest'
import { parseListeningSockets } from './listening-sockets.ts'

test('listening sockets are read with address, port and inode, up to the first other one', () => {
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0200F47F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 96671 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12 1 0000000000000000 100 0 0 10 0
   2: 0100007F:9C40 0100007F:1388 01 00000000:00000000 00:00000000 00000000     0        0 13 1 0000000000000000 100 0 0 10 0
   3: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14 1 0000000000000000 100 0 0 10 0
`
  expect(parseListeningSockets(text)).toEqual([
    { address: '127.244.0.2', port: 5000, inode: '96671' },
    { address: undefined, port: 22, inode: '12' },
  ])
})

test('of IPv6, all addresses and those of IPv4 count', () => {
  const rest =
    '00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0'
  const text = `   0: 00000000000000000000000000000000:1F90 ${rest} 1 1 0000 100 0 0 10 0
   1: 00000000000000000000000001000000:1F91 ${rest} 2 1 0000 100 0 0 10 0
   2: 0000000000000000FFFF00000300F47F:1F92 ${rest} 3 1 0000 100 0 0 10 0
`
  expect(parseListeningSockets(text)).toEqual([
    { address: undefined, port: 8080, inode: '1' },
    { address: '127.244.0.3', port: 8082, inode: '3' },
  ])
})
