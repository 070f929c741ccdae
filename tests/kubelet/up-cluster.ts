import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '../../src/client/client.ts'
import { openRealCluster } from '../support/real-cluster.ts'
import { startUp } from '../support/running-up.ts'
import { IMAGE, QUIT_IMAGE } from './scenario.ts'

const APP = fileURLToPath(new URL('app.mjs', import.meta.url))

export interface UpCluster {
  readonly client: Client
  stop(): Promise<void>
}

/** The built `hitless up` with a node of its own, on which the image of the scenarios is a local program. */
export async function startUpCluster(): Promise<UpCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'kubelet-scenarios-'))
  const program = join(directory, 'app')
  // A shell would leave out variables with names that it does not know, and set some of its own.
  writeFileSync(program, `#!${process.execPath}\nimport ${JSON.stringify(APP)}\n`)
  chmodSync(program, 0o755)
  const env = { PATH: `${directory}:/usr/local/bin:/usr/bin:/bin` }
  // JSON is YAML.
  const life = { command: ['app'], env }
  const settings = { images: { [IMAGE]: life, [QUIT_IMAGE]: { ...life, stopSignal: 'SIGQUIT' } } }
  writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify(settings))
  const manifest = join(directory, 'manifest.yaml')
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }
  writeFileSync(manifest, JSON.stringify(object))
  const up = await startUp({ args: ['-f', manifest] })
  const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-kubelet')
  return {
    client,
    async stop() {
      await close()
      await up.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
