import { expect, test } from 'vitest'
import { threadedForwarder } from '../../src/cli/threads/threaded-forwarder.ts'
import type { StartDataPlane } from '../../src/proxy/data-plane.ts'
import { startForwarder } from '../../src/proxy/forwarder.ts'
import { clockOriginNow, type ClockOrigin } from '../../src/world/live/clock.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import {
  CLUSTER_IP,
  describeDataPlane,
  endpointAt,
  freePort,
  routeTo,
  serverForTest,
} from './data-plane-contract.ts'
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
  // A clock without an origin fails when it is first read: at the first connection.
  const brokenOrigin: ClockOrigin = JSON.parse('{ "monotonicNs": 0, "wallMs": 0 }')
  const start = threadedForwarder(brokenOrigin, { onCrash: crash.resolve })
  const dataPlane = await start(() => undefined)
  const listener = await serverForTest()
  const port = await freePort()
  await dataPlane.program([routeTo(port, endpointAt(listener))])
  const client = dialTcp(CLUSTER_IP, port)
  const error = await crash.promise
  client.socket.destroy()
  expect(error).toMatchObject({ code: 'proxy-thread' })
  await expect(dataPlane.program([])).rejects.toBe(error)
  await expect(dataPlane.stop()).rejects.toBe(error)
})
