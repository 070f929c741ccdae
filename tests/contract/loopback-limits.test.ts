import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLoopbackRuntime } from '../../src/runtime/loopback-runtime.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { RuntimeBench, shell, webServer } from './runtime-bench.ts'

const { processes, files, clock, network } = liveWorld()
const warnings: string[] = []
let bench: RuntimeBench

beforeAll(async () => {
  const runtime = await startLoopbackRuntime({
    processes,
    files,
    clock,
    network,
    images: () => undefined,
    onWarning: (message) => warnings.push(message),
  })
  bench = new RuntimeBench(runtime)
})
afterAll(() => bench.stop())

test('a program that listens on all addresses is refused the ports that pods name', async () => {
  const sandbox = {
    id: 'guarded',
    namespace: 'default',
    name: 'web',
    hostname: 'web',
    ports: [5123],
  }
  await bench.runtime.createSandbox(sandbox)
  const everywhere = `require('node:net').createServer().listen(5123, '0.0.0.0')`
  const refused = await bench.start('guarded', [process.execPath, '-e', everywhere])
  expect((await refused.exit).lastOutput).toContain('EADDRINUSE')
  const own = await bench.start('guarded', webServer(5123, 'own'))
  await own.prints('listening')
  await bench.runtime.removeSandbox('guarded')
  await own.exit
})

test('one that takes another port is told of, and counts as listening in its own pod only', async () => {
  const [pod, other] = [await bench.pod(), await bench.pod()]
  const everywhere = `require('node:net').createServer().listen(5124, '::', () => console.log('up'))`
  const container = await bench.start(pod.id, [process.execPath, '-e', everywhere])
  const idle = await bench.start(other.id, shell('sleep 1000'))
  await container.prints('up')
  expect(await bench.runtime.listeningPorts(pod.id)).toEqual([5124])
  expect(await bench.runtime.listeningPorts(other.id)).toEqual([])
  expect(warnings.filter((text) => text.includes('port 5124'))).toHaveLength(1)
  for (const { id } of [container, idle]) bench.runtime.signalContainer(id, 'SIGKILL')
})

test('addresses of the cluster in variables are those that a program reaches', async () => {
  const env = { DB: 'tcp://10.96.3.4:5432', PEER: '10.244.0.9', NAME: '10.244', HOST: 'mine' }
  const { output } = await bench.run(['env'], { env })
  const lines = output.split('\n')
  expect(lines).toEqual(expect.arrayContaining(['DB=tcp://127.96.3.4:5432', 'PEER=127.244.0.9']))
  expect(lines).toEqual(expect.arrayContaining(['NAME=10.244', 'HOST=mine']))
})

test('what it cannot do is said once', async () => {
  const user = { uid: 1000, gid: 1000, supplementalGroups: [] }
  const mounts = [{ source: '/tmp', target: '/data', readOnly: true }]
  for (let round = 0; round < 2; round++) await bench.run(['true'], { user, mounts })
  const told = warnings.filter((text) => text.startsWith('not applied'))
  expect(told).toEqual([
    'not applied by the runtime loopback: /data of container app, which is not mounted',
    'not applied by the runtime loopback: users and groups; containers run as the user who runs hitless',
  ])
  const limits = { memoryBytes: 1, cpuMillis: 1 }
  const limited = await bench.start((await bench.pod()).id, ['true'], { limits })
  expect(limited.unenforced).toEqual(['memory', 'cpu'])
  await limited.exit
  await expect(bench.run(['true'], { rootDirectory: '/' })).rejects.toThrow('sandbox or docker')
})
