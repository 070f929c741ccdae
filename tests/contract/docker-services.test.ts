import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceGatewayProgram } from '../../src/cli/engine/service-gateway-program.ts'
import { withServiceSockets } from '../../src/cli/threads/service-sockets.ts'
import { startDockerRuntime } from '../../src/runtime/docker-runtime.ts'
import { translatedNetwork } from '../../src/world/addressing.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { liveNetwork } from '../../src/world/live/network.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import type { ConnectionHandlers } from '../../src/world/network.ts'
import { loadMachineImage } from '../support/docker-image.ts'
import { RuntimeBench } from './runtime-bench.ts'

/** The socket of a Docker engine of this machine that tests may use. */
const { HITLESS_TEST_DOCKER: socketPath = '' } = process.env

const IMAGE = 'hitless-test:services'
/** Each try is a pod of its own. */
const PATIENCE = { timeout: 50_000 }
/** Of this machine, and in no network of Docker. */
const ownAddress = Object.entries(networkInterfaces())
  .filter(([name]) => !/^(br-|docker|lo)/.test(name))
  .flatMap(([, addresses = []]) => addresses)
  .find(({ family }) => family === 'IPv4')?.address

const SERVICE = { host: '10.96.0.77', port: 80 }

/** Says what a connection hears, or how it fails. */
const CLIENT = `
const [, host, port] = process.argv
const socket = require('net').connect(port, host, () => socket.end('question '))
let heard = ''
socket.on('data', (bytes) => (heard += bytes))
socket.on('error', (error) => console.log(error.code))
socket.on('close', () => console.log('heard ' + heard))
`

describe.skipIf(socketPath === '')('pods in Docker and Services', () => {
  let bench: RuntimeBench
  const warnings: string[] = []
  let socketDirectory = ''
  beforeAll(async () => {
    const serviceGateway = serviceGatewayProgram()
    ;({ socketDirectory } = serviceGateway)
    await loadMachineImage(socketPath, IMAGE)
    const runtime = await startDockerRuntime({
      ...liveWorld(),
      callers: liveHttpCallers(),
      socketPath,
      serviceGateway,
      onWarning: (message) => warnings.push(message),
    })
    bench = new RuntimeBench(runtime, IMAGE)
  }, 120_000)
  afterAll(async () => {
    await bench.stop()
    expect(existsSync(socketDirectory)).toBe(false)
  }, 60_000)

  async function ask({ host, port } = SERVICE): Promise<string> {
    const words = [process.execPath, '-e', CLIENT, host, String(port)]
    const { output } = await bench.run(words)
    return output
  }

  test('a Service is reached while somebody listens for it, and refuses else', async () => {
    expect(warnings).toEqual([])
    expect(await ask()).toBe('ECONNREFUSED\nheard \n')
    const { addressing } = bench.runtime
    const network = withServiceSockets(translatedNetwork(liveNetwork(), addressing), addressing)
    const listener = await network.listen(SERVICE, (connection): ConnectionHandlers => {
      let heard = ''
      return {
        onOpen: () => undefined,
        onData: (bytes) => void (heard += new TextDecoder().decode(bytes)),
        onEnd() {
          connection.write(new TextEncoder().encode(`${heard}answered`))
          connection.end()
        },
        onClose: () => undefined,
      }
    })
    await expect.poll(() => ask(), PATIENCE).toBe('heard question answered\n')
    await listener.close()
    await expect.poll(() => ask(), PATIENCE).toBe('ECONNREFUSED\nheard \n')
  }, 120_000)

  test.skipIf(ownAddress === undefined)(
    'other addresses are reached through the gateway',
    async () => {
      const server = createServer((socket) => socket.end('from afar'))
      await new Promise<void>((resolve) => server.listen(0, ownAddress, resolve))
      const bound = server.address()
      const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0
      expect(await ask({ host: ownAddress ?? '', port })).toBe('heard from afar\n')
      server.close()
    },
    30_000,
  )
})
