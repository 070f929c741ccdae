import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { isApiError } from '../../src/api/api-error.ts'
import type { Pod } from '../../src/api/pod.ts'
import type { Deployment } from '../../src/api/workload.ts'
import { parseJson } from '../../src/base/parse-json.ts'
import { openRealCluster } from '../support/real-cluster.ts'
import { startUp } from '../support/running-up.ts'
import { isRolledOut } from '../support/rollout.ts'
import { until } from '../support/until.ts'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname
const WEBSAMPLE = new URL('../../examples/websample', import.meta.url).pathname

/** A cluster of someone else to join besides our own: any that is free to be written to. */
const REAL = process.env['KUBECONFIG_REAL']

const PATIENCE = { timeoutMs: 100_000 }
const LABEL = { 'hitless.test/where': 'here' }

/** `hitless node` in the cluster of `kubeconfig`. */
async function joinCluster(kubeconfig: string, name: string, directory = WEBSAMPLE) {
  const args = [MAIN, 'node', directory, '--kubeconfig', kubeconfig, '--name', name]
  const child = spawn(process.execPath, [...args, '--label', 'hitless.test/where=here'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr.on('data', (bytes: Buffer) => (told += bytes.toString()))
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code]) => Number(code ?? -1))
  await until(
    'the node is ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`hitless node ended:\n${told}`)
      return /^ready /m.test(told)
    },
    PATIENCE,
  )
  return {
    told: () => told,
    async leave() {
      child.kill('SIGINT')
      return ended
    },
  }
}

function websample(image: string): Deployment {
  const text = readFileSync(join(WEBSAMPLE, 'deployment.yaml'), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the example is one Deployment
  const { spec, ...rest } = parse(text) as Deployment
  const [container] = spec.template.spec.containers
  return {
    ...rest,
    spec: {
      ...spec,
      template: {
        ...spec.template,
        spec: {
          ...spec.template.spec,
          nodeSelector: LABEL,
          terminationGracePeriodSeconds: 1,
          containers: [{ ...container, name: 'websample', image }],
        },
      },
    },
  }
}

async function rollOnOurNode(kubeconfig: string): Promise<void> {
  const { client, close } = await openRealCluster(kubeconfig, 'hitless-test')
  onTestFinished(close)
  const unique = `node-test-${process.pid}-${Date.now()}`
  const name = `hitless-${unique}`
  const node = await joinCluster(kubeconfig, name)
  const metadata = { name: unique }
  await client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
  onTestFinished(() => client.delete('Namespace', metadata))

  const v1 = websample('websample:v1')
  await client.create('Deployment', { ...v1, metadata: { ...v1.metadata, namespace: unique } })
  const target = { namespace: unique, name: 'websample' }
  await until('four pods are available', () => isRolledOut(client, target), PATIENCE)
  const { template } = websample('websample:v2').spec
  await client.patch('Deployment', target, { spec: { template } })
  await until('the new version is there', () => isRolledOut(client, target), PATIENCE)

  const { items } = await client.list('Pod', { namespace: unique })
  const running = items.filter(
    ({ metadata: { deletionTimestamp } }) => deletionTimestamp === undefined,
  )
  expect(new Set(running.map(({ spec }) => spec.nodeName))).toEqual(new Set([name]))
  const lease = await client.get('Lease', { namespace: 'kube-node-lease', name })
  expect(lease.spec?.holderIdentity).toBe(name)

  expect(await node.leave()).toBe(0)
  const gone = await client
    .get('Node', { name })
    .catch((error: unknown) => isApiError(error, 'NotFound'))
  expect(gone).toBe(true)
}

test('a node joins a cluster over HTTP, its pods roll, and it leaves', async () => {
  const up = await startUp()
  onTestFinished(() => up.stop())
  await rollOnOurNode(up.kubeconfig)
})

test.skipIf(REAL === undefined)(
  `a node joins a real cluster${REAL === undefined ? ' (skipped: KUBECONFIG_REAL is not set)' : ''}`,
  () => rollOnOurNode(REAL ?? ''),
)

const SERVER = `
const name = process.env.HOSTNAME
require('node:http').createServer((_, answer) => answer.end(name)).listen(8080)
`
/** Notes who answered for the Service, and what became of a connection to the pod whose address it is given. */
const CLIENT = `
const { writeFileSync } = require('node:fs')
const ask = (host) => new Promise((resolve) => {
  const request = require('node:http').get({ host, port: 8080, agent: false }, async (answer) =>
    resolve((await answer.toArray()).join('')))
  request.on('error', ({ code }) => resolve(code))
})
const main = async () => {
  const service = new Set()
  // The newest endpoints may not be in force yet.
  const endMs = Date.now() + 20_000
  for (let count = 0; count < 40 || service.size < Number(process.env.ANSWERS); count++) {
    if (Date.now() > endMs) break
    service.add(await ask(process.env.SERVICE))
  }
  const pod = await ask(process.env.POD)
  writeFileSync('/dev/termination-log', JSON.stringify({ service: [...service].sort(), pod }))
}
main()
`
const MACHINE = {
  images: {
    server: { command: [process.execPath, '-e', SERVER] },
    client: { command: [process.execPath, '-e', CLIENT] },
  },
}
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop' },
  spec: { selector: { app: 'shop' }, clusterIP: '10.96.7.7', ports: [{ port: 8080 }] },
}
const INSIDE = { namespace: 'default' }

function podOn(nodeName: string, name: string, spec: Partial<Pod['spec']['containers'][0]>): Pod {
  const containers = [{ name: 'main', image: 'server', ...spec }]
  const metadata = { ...INSIDE, name, labels: { app: name.replace(/-\d$/, '') } }
  const rest = { restartPolicy: 'Never' as const, terminationGracePeriodSeconds: 1 }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName, containers, ...rest } }
}

test('nobody but the pods of a Service answers for it, though they are on a joined node', async () => {
  await inTemporaryDirectory(async (directory) => {
    writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify(MACHINE))
    writeFileSync(join(directory, 'service.json'), JSON.stringify(SERVICE))
    const up = await startUp({ args: ['-f', directory, '--nodes', '2'] })
    onTestFinished(() => up.stop())
    const node = await joinCluster(up.kubeconfig, 'joined', directory)
    expect(node.told()).toMatch(/^node {5}joined, .*, at 10\.244\.2\.0\/24$/m)
    const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
    onTestFinished(close)
    const addressOf = async (name: string) => {
      const find = async () => (await client.get('Pod', { ...INSIDE, name })).status?.podIP
      await until(`${name} has an address`, async () => (await find()) !== undefined, PATIENCE)
      return (await find()) ?? ''
    }
    // With equal addresses the others of `up` would answer.
    const places = {
      'shop-1': 'joined',
      'shop-2': 'joined',
      'other-1': 'hitless',
      'other-2': 'hitless-2',
    }
    const addresses: string[] = []
    for (const [name, place] of Object.entries(places)) {
      await client.create('Pod', podOn(place, name, {}))
      addresses.push(await addressOf(name))
    }
    expect(addresses).toEqual(['10.244.2.2', '10.244.2.3', '10.244.0.2', '10.244.1.2'])

    const ask = async (name: string, place: string, asked: string, answers: number) => {
      const env = [
        { name: 'ANSWERS', value: String(answers) },
        { name: 'SERVICE', value: SERVICE.spec.clusterIP },
        { name: 'POD', value: await addressOf(asked) },
      ]
      await client.create('Pod', podOn(place, name, { image: 'client', env }))
      const find = async () => {
        const { status } = await client.get('Pod', { ...INSIDE, name })
        return status?.containerStatuses?.[0]?.state?.terminated?.message
      }
      await until(`${name} has asked`, async () => (await find()) !== undefined, PATIENCE)
      return parseJson((await find()) ?? '')
    }
    const ready = async (count: number) => {
      const { items } = await client.list('EndpointSlice', INSIDE)
      const all = items.filter(({ metadata: { name } }) => name.startsWith('shop-'))
      return (
        all
          .flatMap(({ endpoints }) => endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready === true).length === count
      )
    }
    await until('the Service has its pods', () => ready(2), PATIENCE)
    await until('up tells it', async () => up.stderr().includes('default/shop has pods'), PATIENCE)
    expect(await ask('client-1', 'hitless', 'shop-1', 1)).toEqual({
      service: ['ECONNRESET'],
      pod: expect.stringMatching(/^E(NET|HOST)UNREACH$/),
    })
    // Pods of the same machine reach each other, whichever node they are on.
    await client.create('Pod', podOn('hitless-2', 'shop-3', {}))
    await until('the Service has one more', () => ready(3), PATIENCE)
    expect(await ask('client-2', 'hitless', 'other-2', 2)).toEqual({
      service: ['ECONNRESET', 'shop-3'],
      pod: 'other-2',
    })
    expect(await ask('client-3', 'joined', 'shop-2', 3)).toEqual({
      service: ['ECONNRESET', 'shop-1', 'shop-2'],
      pod: 'shop-2',
    })
    expect(await node.leave()).toBe(0)
  })
})

test('a second node of one name is refused while the first runs', async () => {
  const up = await startUp()
  onTestFinished(() => up.stop())
  const first = await joinCluster(up.kubeconfig, 'twin')
  const args = ['node', WEBSAMPLE, '--kubeconfig', up.kubeconfig, '--name', 'twin']
  const { exitCode, stderr } = await runHitless(args)
  expect(stderr).toMatch(/^node {5}twin was alive a moment ago: waiting up to \d+ s/m)
  expect(stderr).toContain('error: a node named twin is running already\n  Choose another name')
  expect(exitCode).toBe(3)
  expect(await first.leave()).toBe(0)
  // It has said that it left: the name is free at once.
  const next = await joinCluster(up.kubeconfig, 'twin')
  expect(next.told()).not.toContain('was alive')
  expect(await next.leave()).toBe(0)
})

test('a node whose API server is gone says how to delete what it leaves', async () => {
  const up = await startUp()
  const node = await joinCluster(up.kubeconfig, 'left')
  await up.stop()
  expect(await node.leave()).toBe(3)
  expect(node.told()).toMatch(/^error: the Node left could not be deleted: no answer/m)
  expect(node.told()).toContain('kubectl delete node left')
  expect(node.told()).not.toMatch(/\n\s+at /)
})

test.each([
  ['a directory that is not there', ['/nonexistent'], /error: \/nonexistent does not exist/],
  ['a kubeconfig that is not there', ['--kubeconfig', 'missing'], /no kubeconfig at missing/],
  ['a kubeconfig of nonsense', ['--kubeconfig', 'nonsense'], /nonsense is no mapping/],
  ['a name that no node can have', ['--name', 'Not_A_Name'], /--name: Invalid value: "Not_A_Name"/],
])('%s is refused', async (_, args, message) => {
  await inTemporaryDirectory(async (directory) => {
    writeFileSync(join(directory, 'nonsense'), 'nonsense\n')
    const { exitCode, stderr } = await runHitless(['node', ...args], { cwd: directory })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(exitCode).toBe(2)
  })
})

test('an API server that does not answer is told, and nothing is left', async () => {
  await inTemporaryDirectory(async (directory) => {
    const cluster = { name: 'c', cluster: { server: 'http://127.0.0.1:1' } }
    const context = { name: 'c', context: { cluster: 'c' } }
    const config = { clusters: [cluster], contexts: [context], 'current-context': 'c' }
    writeFileSync(join(directory, 'config'), JSON.stringify(config))
    const { exitCode, stderr } = await runHitless(['node', '--kubeconfig', 'config'], {
      cwd: directory,
    })
    expect(stderr).toMatch(/the API server refuses: no answer/)
    expect(exitCode).toBe(3)
    rmSync(join(directory, 'config'))
  })
})
