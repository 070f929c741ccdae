/**
 * Records what a running API server says that it serves, of the groups that hitless serves, into
 * `src/apiserver/generated/discovery.json`, where a test compares with it.
 *
 *   KUBECONFIG=… node scripts/record-discovery.ts
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fieldsOf, textOf, type Fields } from '../src/base/fields.ts'
import { itemsOf, without } from './json.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'

const OUTPUT = new URL('../src/apiserver/generated/discovery.json', import.meta.url)
/** The core group has no name. */
const GROUPS: readonly string[] = [
  '',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'networking.k8s.io',
  'policy',
]
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

async function record(server: string): Promise<void> {
  const groups = itemsOf((await get(`${server}/apis`))['groups']).filter(({ name }) =>
    GROUPS.includes(textOf(name)),
  )
  const lists: Record<string, unknown> = { '/api/v1': await resourceList(`${server}/api/v1`) }
  for (const { versions } of groups) {
    for (const { groupVersion } of itemsOf(versions)) {
      const path = `/apis/${textOf(groupVersion)}`
      lists[path] = await resourceList(`${server}${path}`)
    }
  }
  const aggregated = [
    ...itemsOf((await get(`${server}/api`, AGGREGATED))['items']),
    ...itemsOf((await get(`${server}/apis`, AGGREGATED))['items']),
  ].filter(({ metadata }) => GROUPS.includes(textOf(fieldsOf(metadata)['name'])))
  const kubernetes = textOf((await get(`${server}/version`))['gitVersion'])
  const document = { kubernetes, groups, lists, aggregated }
  const path = fileURLToPath(OUTPUT)
  mkdirSync(fileURLToPath(new URL('.', OUTPUT)), { recursive: true })
  writeFileSync(path, `${JSON.stringify(document).replaceAll('},{', '},\n{')}\n`)
}

/** Without the hash of the version in which the objects are stored, which is Kubernetes' own. */
async function resourceList(url: string): Promise<Fields> {
  const list = await get(url)
  const resources = itemsOf(list['resources']).map((each) => without(each, ['storageVersionHash']))
  return { ...list, resources }
}

async function get(url: string, accept = 'application/json'): Promise<Fields> {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return fieldsOf(await response.json())
}

await withKubectlProxy(record)
