import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { decode, encode, streamDecode, streamEncode, TRUNCATED_RESPONSE } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceGatewayProgram } from '../../src/cli/engine/service-gateway-program.ts'
import { clusterNetwork, withServiceSockets } from '../../src/cli/threads/service-sockets.ts'
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

/** Resolves its argument by the cluster's DNS. */
const RESOLVER = `
const resolver = new (require('dns').Resolver)()
resolver.setServers(['10.96.0.10'])
resolver.resolve4(process.argv[1], (error, found) => console.log(error?.code ?? JSON.stringify(found)))
`

/** The engine's name of a container. */
async function containerNamed(pattern: RegExp): Promise<string> {
  const engine = liveHttpCallers().open({ baseUrl: 'http://docker', socketPath })
  const call = { method: 'GET', target: '/v1.40/containers/json', headers: {}, timeoutMs: 20_000 }
  const { body } = await engine.call(call)
  await engine.close()
  const containers: readonly { readonly Names: readonly string[] }[] = JSON.parse(body)
  const names = containers.flatMap(({ Names }) => Names)
  return names.find((name) => pattern.test(name))?.slice(1) ?? ''
}

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
  }, 120_000)

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

  test('the cluster’s DNS is asked for its names, over UDP and TCP, and the engine for others', async () => {
    const { addressing } = bench.runtime
    const network = clusterNetwork(liveNetwork(), addressing)
    const place = { host: '10.96.0.10', port: 53 }
    // Over UDP there is only the word that the answer is too long for it (TC).
    const datagrams = await network.listenDatagrams(place, (bytes, from) => {
      const { id = 0, questions = [] } = decode(Buffer.from(bytes))
      const flags = TRUNCATED_RESPONSE
      datagrams.send(encode({ type: 'response', id, flags, questions }), from)
    })
    const listener = await network.listen(place, (connection): ConnectionHandlers => {
      return {
        onOpen: () => undefined,
        onData(bytes) {
          const { id = 0, questions = [] } = streamDecode(Buffer.from(bytes))
          const name = questions[0]?.name ?? ''
          const answers = [{ type: 'A', name, data: '10.96.7.7' } as const]
          connection.write(streamEncode({ type: 'response', id, questions, answers }))
        },
        onEnd: () => connection.end(),
        onClose: () => undefined,
      }
    })
    const resolve = async (name: string) =>
      (await bench.run([process.execPath, '-e', RESOLVER, name])).output
    await expect
      .poll(() => resolve('web.default.svc.cluster.local'), PATIENCE)
      .toBe('["10.96.7.7"]\n')
    // The engine has names of its containers; this machine may know no others.
    const pod = await bench.pod('named')
    const named = await containerNamed(/-named$/)
    expect(await resolve(named)).toBe(`["${pod.ip}"]\n`)
    await bench.runtime.removeSandbox(pod.id)
    await Promise.all([datagrams.close(), listener.close()])
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
    120_000,
  )
})
