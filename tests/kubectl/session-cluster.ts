import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Mask } from './mask.ts'
import { startKubectl } from './run-kubectl.ts'
import type { Kubectl } from './run-session.ts'
import { inputsOf, MANIFESTS } from './session-files.ts'
import type { Printed, Session } from './session-text.ts'

const READS_MAX = 50

/** A cluster as one kubectl reaches it. */
export interface SessionCluster {
  readonly kubectlPath: string
  readonly kubeconfig: string
  /** Of this kubectl alone, so that no two versions share a discovery cache. */
  readonly home: string
  /** Its node runs containers. */
  readonly isReal?: boolean
}

export interface PreparedSession {
  readonly kubectl: Kubectl
  readonly mask: Mask
  readonly end: () => Promise<void>
}

/** Makes the session's namespace, and a kubeconfig whose context is in it. */
export async function prepareSession(
  cluster: SessionCluster,
  session: Session,
): Promise<PreparedSession> {
  const { namespace } = session
  const admin = { ...kubectlOf(cluster, cluster.kubeconfig), path: cluster.kubectlPath }
  await run(admin, ['delete', 'namespace', namespace, '--ignore-not-found'])
  const created = await run(admin, ['create', 'namespace', namespace])
  if (created.exitCode !== 0) throw new Error(`no namespace ${namespace}: ${created.stderr}`)
  // A pod is refused before its service account is there.
  const account = ['get', 'serviceaccount', 'default', '--namespace', namespace]
  for (let reads = 0; (await run(admin, account)).exitCode !== 0; reads += 1) {
    if (reads > READS_MAX) throw new Error(`no default service account in ${namespace}`)
    await sleep(100)
  }
  const config = JSON.parse(
    (await run(admin, ['config', 'view', '--raw', '--minify', '-o', 'json'])).stdout,
  )
  config.contexts[0].context = { cluster: 'session', user: 'session', namespace }
  for (const one of [config.contexts, config.clusters, config.users]) one[0].name = 'session'
  config['current-context'] = 'session'
  const nodes = await run(admin, ['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'])
  const folder = join(cluster.home, session.name)
  mkdirSync(folder, { recursive: true })
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 })
  return {
    kubectl: kubectlOf(cluster, kubeconfig),
    mask: new Mask({
      server: config.clusters[0].cluster.server,
      home: cluster.home,
      inputs: inputsOf(session),
      ...(cluster.isReal === true ? { node: nodes.stdout } : {}),
    }),
    end: async () =>
      void (await run(admin, ['delete', 'namespace', namespace, '--wait=false', '--force'])),
  }
}

function kubectlOf({ kubectlPath, home }: SessionCluster, kubeconfig: string): Kubectl {
  const { PATH = '' } = process.env
  return {
    path: kubectlPath,
    cwd: MANIFESTS,
    env: { PATH, HOME: home, KUBECONFIG: kubeconfig, TZ: 'UTC', LC_ALL: 'C' },
  }
}

function run(kubectl: Kubectl, args: readonly string[]): Promise<Printed> {
  const { path, env, cwd } = kubectl
  return startKubectl({ kubectl: path, args, env, cwd, stdin: '', filters: [] }).printed
}
