import { expect, test } from 'vitest'
import type { TcpSocket } from './listening-sockets.ts'
import { listeningPortsOf, portUseOf } from './pod-sockets.ts'

const REST =
  '00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0'
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0B00007F:9C40 00000000:0000 0A ${REST}
   1: 00000000:1388 00000000:0000 0A ${REST}
   2: 0100007F:0046 00000000:0000 0A ${REST}
   3: 0200F40A:1388 0100F40A:C350 01 ${REST}
   4: 0200F40A:1388 0100F40A:C351 06 ${REST}
`
const TCP6 = `   0: 00000000000000000000000001000000:FFFF 00000000000000000000000000000000:0000 0A ${REST}
   1: 00000000000000000000000000000000:1388 00000000000000000000000000000000:0000 0A ${REST}
   2: 00000000000000000000000000000000:1F`

const files = (tcp = '', tcp6 = '') => ({
  async readText(path: string) {
    if (path === '/proc/7/net/tcp') return tcp
    if (path === '/proc/7/net/tcp6') return tcp6
    throw new Error('ENOENT')
  },
})

const isOwn = ({ address }: Pick<TcpSocket, 'address'>) => address !== '127.0.0.11'

test('listening sockets of both families are read, without those that are not the pod’s own', async () => {
  const sockets = { files: files(TCP, TCP6), processId: 7 }
  expect(await listeningPortsOf(sockets)).toEqual([70, 5000, 40000, 65535])
  expect(await listeningPortsOf({ ...sockets, isOwn })).toEqual([70, 5000, 65535])
  expect(await portUseOf({ ...sockets, isOwn })).toEqual({
    listening: [70, 5000, 65535],
    connections: new Map([[5000, 1]]),
    isCut: false,
  })
})

test.each([
  ['no process', undefined],
  ['one that has ended', 8],
])('%s has nothing', async (_, processId) => {
  const nothing = { listening: [], connections: new Map(), isCut: false }
  expect(await portUseOf({ files: files(TCP), processId })).toEqual(nothing)
})
