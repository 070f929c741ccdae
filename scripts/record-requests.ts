/**
 * Sends the raw requests of tests/apiserver/request-cases.ts to a running API server and writes the answers down,
 * where a test compares ours with them. Makes the namespace `request-cases` and removes it again.
 *
 *   KUBECONFIG=… node scripts/record-requests.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { REQUEST_NAMESPACE } from '../tests/apiserver/request-cases.ts'
import { askAll } from '../tests/apiserver/request-runner.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'

const OUTPUT = new URL('../tests/apiserver/recorded-requests.json', import.meta.url)

await withKubectlProxy(async (server) => {
  const metadata = { name: REQUEST_NAMESPACE }
  const made = await fetch(`${server}/api/v1/namespaces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }),
  })
  if (made.status !== 201) throw new Error(`the namespace cannot be made: ${await made.text()}`)
  try {
    const answers = await askAll(server, {})
    writeFileSync(OUTPUT, `${JSON.stringify(answers, null, 1)}\n`)
    process.stdout.write(`${fileURLToPath(OUTPUT)}: ${answers.length} answers\n`)
  } finally {
    await fetch(`${server}/api/v1/namespaces/${REQUEST_NAMESPACE}`, { method: 'DELETE' })
  }
})
