import { expect, test } from 'vitest'
import { threadedForwarder } from '../../src/cli/threads/threaded-forwarder.ts'
import type { StartDataPlane } from '../../src/proxy/data-plane.ts'
import { startForwarder } from '../../src/proxy/forwarder.ts'
import { clockOriginNow } from '../../src/world/live/clock.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { CLUSTER_IP, describeDataPlane, freePort, routeTo } from './data-plane-contract.ts'
import { describeRelaying } from './relaying-contract.ts'
import { dialTcp } from './tcp-peer.ts'

const sameThread: StartDataPlane = (onConnections) =>
  startForwarder({ ...liveWorld(), onConnections })
const ownThread: StartDataPlane = (onConnections) =>
  threadedForwarder(clockOriginNow())(onConnections)

for (const [name, start] of [
  ['forwarder', sameThread],
  ['threaded forwarder', ownThread],
] as const) {
  describeDataPlane(name, start)
  describeRelaying(name, start)
}

test('a crash of the thread is told, and rejects what is asked then and later', async () => {
  const crash = Promise.withResolvers<Error>()
  const start = threadedForwarder(clockOriginNow(), { onCrash: crash.resolve })
  const dataPlane = await start(() => undefined)
  const port = await freePort()
  // An endpoint without an address fails when it is first read: at the first connection.
  await dataPlane.program([routeTo(port, JSON.parse('null'))])
  const client = dialTcp(CLUSTER_IP, port)
  const error = await crash.promise
  client.socket.destroy()
  expect(error).toMatchObject({ code: 'proxy-thread' })
  await expect(dataPlane.program([])).rejects.toBe(error)
  await expect(dataPlane.stop()).rejects.toBe(error)
})
