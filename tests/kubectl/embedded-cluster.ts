import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startControlPlane } from '../../src/cluster/control-plane.ts'
import { newNodeAccesses } from '../../src/cluster/pod-access-by-node.ts'
import { clockOriginNow } from '../../src/world/live/clock.ts'
import { liveCredentials } from '../../src/world/live/credentials.ts'
import { liveHttpServers } from '../../src/world/live/http-server.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { startPlayedNodes } from './played-nodes.ts'

export interface EmbeddedCluster {
  readonly kubeconfig: string
  /** For homes of kubectl; removed at the end. */
  readonly directory: string
  stop(): Promise<void>
}

/** The control plane of `hitless up --no-node`, in this process, with a node that is played. */
export async function startEmbeddedCluster(): Promise<EmbeddedCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'kubectl-sessions-'))
  const world = liveWorld(clockOriginNow())
  const door = liveCredentials()
  const credentials = await door.newServer({
    dnsNames: ['localhost'],
    addresses: ['127.0.0.1'],
    nowMs: world.clock.wallMs(),
  })
  const plane = await startControlPlane({
    ...world,
    servers: liveHttpServers(),
    listen: { host: '127.0.0.1', port: 0 },
    tls: { key: credentials.key, certificate: credentials.certificate },
    token: credentials.token,
    authority: credentials.authority,
    signer: door.signerOf(credentials.signingKey),
    version: '0.0.0',
    podAccess: newNodeAccesses((pod) => plane.nodeOf(pod)).podAccess,
    onError: (error) => process.stderr.write(`embedded cluster: ${String(error)}\n`),
  })
  const nodes = await startPlayedNodes(plane.clientOf('fake-kubelet'), world.clock)
  const kubeconfig = join(directory, 'kubeconfig')
  const config = kubeconfigOf(plane.port, credentials.authority, credentials.token)
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 })
  return {
    kubeconfig,
    directory,
    stop: async () => {
      nodes.stop()
      await plane.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function kubeconfigOf(port: number, authority: string, token: string) {
  const data = Buffer.from(authority).toString('base64')
  const server = `https://127.0.0.1:${port}`
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sessions', cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'sessions', context: { cluster: 'sessions', user: 'admin' } }],
    'current-context': 'sessions',
  }
}
