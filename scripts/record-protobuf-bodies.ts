/**
 * Records real protobuf bodies, each with the JSON of the same object, into
 * `src/api/protobuf/recorded-bodies.json`, where a test decodes them: objects that a running API server
 * answers in both forms, and what kubectl sends (1.32 and later: protobuf; 1.31 and before: JSON).
 *
 *   KUBECONFIG=… node scripts/record-protobuf-bodies.ts KUBECTL_1.33 KUBECTL_1.31
 *
 * `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`. The objects are made in a
 * namespace of their own, which is deleted at the end.
 */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fieldsOf, textOf } from '../src/base/fields.ts'
import { RECORDED_OBJECTS, RECORDED_PATHS } from './api-cases/protobuf-objects.ts'
import { withKubectlProxy } from './kubectl-proxy.ts'

const NAMESPACE = 'record-protobuf'
const PROTOBUF = 'application/vnd.kubernetes.protobuf'

const COMMANDS = [
  'create deployment web --image=app:v1 --replicas=3 --port=80',
  'create namespace team',
  'create service nodeport web --tcp=80:8080 --node-port=30123',
  'create service externalname ext --external-name=example.com',
  'create configmap conf --from-literal=a=b --from-literal=c=é',
  'create secret generic pass --from-literal=user=me',
  'create serviceaccount robot',
  'create pdb web --selector=app=web --min-available=50%',
  'create ingress web --rule=example.com/path*=web:80,tls=cert --default-backend=web:http',
]

interface Body {
  readonly name: string
  /** In base64. */
  readonly protobuf: string
  readonly json: unknown
}

async function record(server: string): Promise<void> {
  const [newer, older] = process.argv.slice(2)
  if (newer === undefined || older === undefined) throw new Error('name two kubectl commands')
  const sent: Body[] = []
  for (const command of COMMANDS) {
    const protobuf = (await bodySentBy(newer, command)).toString('base64')
    const json: unknown = JSON.parse((await bodySentBy(older, command)).toString())
    sent.push({ name: `kubectl ${command}`, protobuf, json })
  }
  const namespace = `${server}/api/v1/namespaces`
  await post(namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  try {
    await sleep(2_000)
    for (const [path, object] of RECORDED_OBJECTS) await post(`${server}/${inPlace(path)}`, object)
    await sleep(5_000)
    const answered: Body[] = []
    for (const path of RECORDED_PATHS) answered.push(await answerInBothForms(server, path))
    write([...sent, ...answered])
  } finally {
    await fetch(`${namespace}/${NAMESPACE}`, { method: 'DELETE' })
    const ingressClass = `${server}/apis/networking.k8s.io/v1/ingressclasses/${NAMESPACE}`
    await fetch(ingressClass, { method: 'DELETE' })
  }
}

/** What kubectl posts to a server that refuses everything. */
async function bodySentBy(kubectl: string, command: string): Promise<Buffer> {
  const bodies: Buffer[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (request.method === 'POST') bodies.push(Buffer.concat(parts))
      response.writeHead(404).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const words = [`--server=http://127.0.0.1:${port}`, '--namespace=default', ...command.split(' ')]
  await new Promise((resolve) => execFile(kubectl, words, { timeout: 20_000 }, resolve))
  server.close()
  const [body] = bodies
  if (body === undefined) throw new Error(`${kubectl} ${command} sent nothing`)
  return body
}

async function answerInBothForms(server: string, path: string): Promise<Body> {
  const url = `${server}/${inPlace(path)}`
  for (let attempt = 0; attempt < 20; attempt++) {
    const before = await answer(url, 'application/json')
    const protobuf = await answer(url, PROTOBUF)
    const after = await answer(url, 'application/json')
    if (!before.equals(after)) continue
    return {
      name: path,
      protobuf: protobuf.toString('base64'),
      json: JSON.parse(before.toString()),
    }
  }
  throw new Error(`${path} is never at rest`)
}

async function answer(url: string, accept: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(10_000) })
  return Buffer.from(await response.arrayBuffer())
}

async function post(url: string, object: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(object),
    signal: AbortSignal.timeout(10_000),
  })
  const made = fieldsOf(await response.json())
  if (response.status >= 300) throw new Error(`${url}: ${textOf(made['message'])}`)
}

function inPlace(path: string): string {
  return path.replaceAll('NAMESPACE', NAMESPACE)
}

function write(bodies: readonly Body[]): void {
  const path = fileURLToPath(new URL('../src/api/protobuf/recorded-bodies.json', import.meta.url))
  const lines = bodies.map((body) => JSON.stringify(body))
  writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`)
}

await withKubectlProxy(record)
