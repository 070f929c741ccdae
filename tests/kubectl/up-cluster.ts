import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startUp } from '../support/running-up.ts'
import type { CheckedCluster } from './check-session.ts'

const APP = fileURLToPath(new URL('session-app.mjs', import.meta.url))

export interface UpCluster extends CheckedCluster {
  stop(): Promise<void>
}

/** The built `hitless up` with a node of its own, on which the image of the node sessions is a local program. */
export async function startUpCluster(): Promise<UpCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'kubectl-node-sessions-'))
  const program = join(directory, 'app')
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${APP} "$@"\n`)
  chmodSync(program, 0o755)
  const env = { PATH: `${directory}:/usr/local/bin:/usr/bin:/bin`, VERSION: '{tag}' }
  const images = { 'localhost/node-app:*': { command: ['app'], env } }
  // JSON is YAML.
  writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify({ images }))
  const manifest = join(directory, 'manifest.yaml')
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }
  writeFileSync(manifest, JSON.stringify(settings))
  const { kubeconfig, stop } = await startUp({ args: ['-f', manifest] })
  return {
    kubeconfig,
    directory,
    isReal: true,
    stop: async () => {
      await stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
