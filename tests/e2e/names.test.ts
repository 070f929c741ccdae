import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Pod } from '../../src/api/pod.ts'
import { compareTexts } from '../../src/base/compare-texts.ts'
import type { Client } from '../../src/client/client.ts'
import { openRealCluster } from '../support/real-cluster.ts'
import { startUp } from '../support/running-up.ts'
import { until } from '../support/until.ts'
import { inTemporaryDirectory } from './run-hitless.ts'

const SERVER = `require('http').createServer((_, answer) => answer.end(require('os').hostname())).listen(8080)`
const CLIENT = new URL('fixtures/name-client.mjs', import.meta.url).pathname
const LISTER = new URL('fixtures/pod-lister.mjs', import.meta.url).pathname

const metadata = (name: string, namespace = 'default') => ({ name, namespace })

const server = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata(name), labels: { app: 'web' } },
  spec: {
    hostname: name,
    subdomain: 'peers',
    terminationGracePeriodSeconds: 0,
    containers: [
      { name: 'web', image: 'server:v1', readinessProbe: { tcpSocket: { port: 8080 } } },
    ],
  },
})

const job = (name: string, image: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(name),
  spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] },
})

const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }]
const service = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec,
})

const OBJECTS = [
  server('peer-a'),
  server('peer-b'),
  service('web', { selector: { app: 'web' }, ports: PORTS }),
  service('peers', { selector: { app: 'web' }, ports: PORTS, clusterIP: 'None' }),
  service('far', { type: 'ExternalName', externalName: 'db.example.com' }),
  service('near', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
]

function node(...args: readonly string[]) {
  return { command: [process.execPath, ...args] }
}

/** A cluster in which the servers are ready. */
async function startCluster(directory: string): Promise<Client> {
  const images = {
    'server:*': node('-e', SERVER),
    'names:*': node(CLIENT),
    'lister:*': node(LISTER),
  }
  writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify({ images }))
  const list = { apiVersion: 'v1', kind: 'List', items: OBJECTS }
  writeFileSync(join(directory, 'objects.json'), JSON.stringify(list))
  const up = await startUp({ args: ['-f', directory] })
  onTestFinished(() => up.stop())
  const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
  onTestFinished(close)
  const isReady = async (name: string) => {
    const { status } = await client.get('Pod', { namespace: 'default', name })
    return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  }
  await until(
    'the servers are ready',
    async () => (await isReady('peer-a')) === true && (await isReady('peer-b')) === true,
  )
  return client
}

/** What a pod has left as its last words. */
async function said(client: Client, pod: Pod): Promise<unknown> {
  const { metadata: key } = await client.create('Pod', pod)
  const { namespace = 'default', name } = key
  let words: string | undefined
  await until(`${name} has ended`, async () => {
    const { status } = await client.get('Pod', { namespace, name })
    const end = status?.containerStatuses?.[0]?.state.terminated
    words = end?.message ?? (end === undefined ? undefined : `exit ${end.exitCode}`)
    return words !== undefined
  })
  return JSON.parse(words ?? '')
}

test('a pod finds Services and other pods by their names', async () => {
  await inTemporaryDirectory(async (directory) => {
    const client = await startCluster(directory)
    const addressOf = async (name: string) =>
      (await client.get('Pod', { namespace: 'default', name })).status?.podIP ?? ''
    const peers = [await addressOf('peer-a'), await addressOf('peer-b')].toSorted(compareTexts)
    const web = (await client.get('Service', { namespace: 'default', name: 'web' })).spec.clusterIP
    const full = 'web.default.svc.cluster.local'
    expect(await said(client, job('names', 'names:v1'))).toEqual({
      'resolv.conf': 'nameserver 10.96.0.10',
      'http://web': expect.stringMatching(/^peer-[ab]$/),
      'http://peer-b.peers:8080': 'peer-b',
      lookup: { web, 'web.default': web, 'web.default.svc': web, [full]: web, near: web },
      [`A ${full}`]: [web],
      [`AAAA ${full}`]: 'ENODATA',
      'A peers.default.svc.cluster.local': peers,
      'A peer-a.peers.default.svc.cluster.local': [await addressOf('peer-a')],
      'SRV _http._tcp.web.default.svc.cluster.local': [`${full}:80`],
      'SRV _http._tcp.peers.default.svc.cluster.local': [
        'peer-a.peers.default.svc.cluster.local:8080',
        'peer-b.peers.default.svc.cluster.local:8080',
      ],
      'CNAME far.default.svc.cluster.local': ['db.example.com'],
      [`PTR ${web}`]: [full],
      'A missing.default.svc.cluster.local': 'ENOTFOUND',
      'A example.com': 'ENOTFOUND',
      'lookup example.com': 'ENOTFOUND',
    })
  })
})

test('a client in a pod finds the API server, and lists pods with its own token', async () => {
  await inTemporaryDirectory(async (directory) => {
    const client = await startCluster(directory)
    expect(await said(client, job('lister', 'lister:v1'))).toEqual({
      pods: ['lister', 'peer-a', 'peer-b'],
      byName: 200,
    })
    const slice = await client.get('EndpointSlice', { namespace: 'default', name: 'kubernetes' })
    expect(slice.endpoints[0]?.addresses).toEqual(['10.244.0.1'])
    const key = { namespace: 'default', name: 'kubernetes' }
    const { subsets } = await client.get('Endpoints', key)
    expect(subsets?.[0]?.ports?.[0]?.port).toBe(slice.ports?.[0]?.port)
    expect(readFileSync(join(directory, 'hitless.yaml'), 'utf8')).not.toContain('hostServices')
  })
})
