/**
 * Records the protobuf form of the kinds that are served into `src/api/generated/protobuf.json`: numbers and
 * types of fields, from the `generated.proto` files of the Go modules k8s.io/api and k8s.io/apimachinery, and
 * from the Go types beside them what JSON makes of a field that is absent or zero.
 *
 *   node scripts/record-protobuf.ts $(go env GOMODCACHE)/k8s.io/{api,apimachinery}@v0.34.4
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FieldPresence, MessageField, ProtobufDocument } from '../src/api/protobuf/messages.ts'

const KINDS: Readonly<Record<string, string>> = {
  v1: 'Namespace Node Pod Service Endpoints ConfigMap Secret ServiceAccount Event Binding Status',
  'apps/v1': 'Deployment ReplicaSet',
  'authentication.k8s.io/v1': 'SelfSubjectReview TokenRequest TokenReview',
  'authorization.k8s.io/v1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'autoscaling/v1': 'Scale',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'events.k8s.io/v1': 'Event',
  'networking.k8s.io/v1': 'Ingress IngressClass',
  'policy/v1': 'PodDisruptionBudget Eviction',
  'meta.k8s.io/v1': 'DeleteOptions',
}

/** Written in JSON otherwise than their fields are (src/api/protobuf/special-messages.ts). */
const SPECIAL = new Set([
  'meta.v1.Time',
  'meta.v1.MicroTime',
  'meta.v1.FieldsV1',
  'api.resource.Quantity',
  'util.intstr.IntOrString',
])

/** A list in JSON: what is in it is passed over. Of what clients send, only a review of somebody with `extra` has one. */
const LISTS = new Set(['authentication.v1.ExtraValue', 'authorization.v1.ExtraValue'])

type Messages = Map<string, readonly ProtoField[]>

interface ProtoField {
  readonly number: number
  readonly type: string
  readonly label: 'one' | 'list' | 'map'
}

/** A field of a Go struct, told apart by the number in its tag. */
interface GoField {
  readonly name: string
  readonly presence: FieldPresence
}

function record([api, machinery]: readonly string[]): void {
  if (api === undefined || machinery === undefined) throw new Error('name the two modules')
  const messages: Messages = new Map()
  const structs = new Map<string, ReadonlyMap<number, GoField>>()
  for (const folder of foldersIn(api, machinery)) {
    const group = shortName(readMessages(`${folder}/generated.proto`, messages))
    readStructs(folder, group, structs)
  }
  const kinds = kindNames(messages)
  const found: Record<string, Record<string, MessageField>> = {}
  const open = Object.values(kinds)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found[name] !== undefined || SPECIAL.has(name)) continue
    const fields = LISTS.has(name) ? {} : joined(name, messages.get(name), structs.get(name))
    found[name] = fields
    open.push(...Object.values(fields).flatMap(({ type }) => (messages.has(type) ? [type] : [])))
  }
  const document: ProtobufDocument = {
    kubernetes: `v1${/@v0(\.\d+\.\d+)$/.exec(api)?.[1] ?? ''}`,
    kinds,
    messages: Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
  const path = fileURLToPath(new URL('../src/api/generated/protobuf.json', import.meta.url))
  writeFileSync(path, `${JSON.stringify(document).replaceAll('},"', '},\n"')}\n`)
}

function foldersIn(api: string, machinery: string): readonly string[] {
  const groups = readdirSync(api, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^\w+\/v1\/generated\.proto$/.test(path))
    .map((path) => `${api}/${path.replace('/generated.proto', '')}`)
  const parts = ['apis/meta/v1', 'runtime', 'api/resource', 'util/intstr']
  return [...groups.toSorted(), ...parts.map((part) => `${machinery}/pkg/${part}`)]
}

/** Adds the messages of a file, and returns the name of its package. */
function readMessages(path: string, messages: Messages): string {
  const text = readFileSync(path, 'utf8')
  const packageName = /^package (.*);$/m.exec(text)?.[1] ?? ''
  for (const [, message = '', body = ''] of text.matchAll(/^message (\w+) \{\n(.*?)^\}/gms)) {
    const lines = body.matchAll(/^ {2}(optional|repeated|map<string,) ?([\w.]+)>? \w+ = (\d+);$/gm)
    const fields = [...lines].map(([, label, type = '', number]): ProtoField => {
      const isNamed = /^[A-Z]/.test(type)
      return {
        number: Number(number),
        type: isNamed ? shortName(`${packageName}.${type}`) : shortName(type.replace(/^\./, '')),
        label: label === 'optional' ? 'one' : label === 'repeated' ? 'list' : 'map',
      }
    })
    messages.set(shortName(`${packageName}.${message}`), fields)
  }
  return packageName
}

function readStructs(
  folder: string,
  group: string,
  structs: Map<string, ReadonlyMap<number, GoField>>,
): void {
  const files = readdirSync(folder).filter((name) => /^[a-z_]+\.go$/.test(name))
  for (const file of files.filter((name) => !/^(zz_|generated|types_swagger)/.test(name))) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    for (const [, struct = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)) {
      const fields = [...body.matchAll(/^\t(.*?) +`json:"([^"]*)".*?protobuf:"\w+,(\d+),/gm)]
      const entries = fields.map(([, declared = '', tag = '', number]) => {
        const [name = '', ...options] = tag.split(',')
        const type = declared.trim().split(/\s+/).at(-1) ?? ''
        return [Number(number), { name, presence: presenceOf(type, options) }] as const
      })
      structs.set(`${group}.${struct}`, new Map(entries))
    }
  }
}

function presenceOf(goType: string, options: readonly string[]): FieldPresence {
  if (options.includes('inline')) return 'inline'
  if (goType.startsWith('*')) return 'pointer'
  if (options.includes('omitzero')) return 'omitzero'
  return options.includes('omitempty') ? 'omitempty' : 'always'
}

function kindNames(messages: Messages): Record<string, string> {
  const kinds: Record<string, string> = {}
  for (const [apiVersion, names] of Object.entries(KINDS)) {
    const group = apiVersion.includes('/') ? (apiVersion.split(/[./]/)[0] ?? '') : 'core'
    for (const kind of names.split(' ')) {
      const name = [`${group}.v1.${kind}`, `meta.v1.${kind}`].find((each) => messages.has(each))
      if (name === undefined) throw new Error(`no message of ${apiVersion} ${kind}`)
      kinds[`${apiVersion}/${kind}`] = name
    }
  }
  return kinds
}

function joined(
  message: string,
  fields: readonly ProtoField[] = [],
  struct: ReadonlyMap<number, GoField> = new Map(),
): Record<string, MessageField> {
  const members = fields.map(({ number, type, label }) => {
    const field = struct.get(number)
    if (field === undefined) throw new Error(`${message} has no Go field of number ${number}`)
    const { presence } = field
    const labelled = label === 'one' ? {} : { label }
    // The name of an inline field is not seen in JSON.
    const name = field.name === '' ? `(${number})` : field.name
    return [name, { number, type, ...labelled, presence }] as const
  })
  return Object.fromEntries(members)
}

/** `k8s.io.api.core.v1.Pod` → `core.v1.Pod`, as in `schema.json`. */
function shortName(name: string): string {
  return name.replace(/^k8s\.io\.(api|apimachinery\.pkg(\.apis)?)\./, '')
}

record(process.argv.slice(2))
