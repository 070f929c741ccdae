import { decodeBase64 } from '../base/base64.ts'
import { HitlessError } from '../base/error.ts'
import { isFields, textOf } from '../base/fields.ts'
import type { Files } from '../world/files.ts'
import type { Endpoint } from '../world/http-caller.ts'

/** A cluster, and as whom to call it. */
export interface ClusterAccess {
  readonly endpoint: Endpoint
  /** For `Authorization: Bearer`. */
  readonly token?: string
  /** The context's namespace. Default `default`. */
  readonly namespace: string
}

export interface KubeconfigSource {
  readonly files: Files
  /** In order; missing ones are passed over, as long as one is there. */
  readonly paths: readonly string[]
  /** Default: the current context. */
  readonly context?: string
  /** The first document of a YAML text; throws for what is none. Reading YAML belongs to another room. */
  readonly parseYaml: (text: string, path: string) => unknown
}

/** Where kubectl looks: the files of $KUBECONFIG, or the one in the home directory. */
export function kubeconfigPaths(environment: Readonly<Record<string, string | undefined>>) {
  const listed = (environment['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '')
  return listed.length > 0 ? listed : [`${environment['HOME'] ?? ''}/.kube/config`]
}

/**
 * Reads one context of a kubeconfig. Of several files the first that names a cluster, user or context decides what
 * it is, and the first that names a current context which one is taken.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export async function readKubeconfig(source: KubeconfigSource): Promise<ClusterAccess> {
  const config = await readMerged(source)
  const contextName = source.context ?? config.currentContext
  if (contextName === '') throw invalid('no context is named as the current one')
  const context = entryOf(config, 'context', contextName)
  const cluster = entryOf(config, 'cluster', textOf(context.fields['cluster']))
  // A context without a user calls as nobody.
  const userName = textOf(context.fields['user'])
  const user = userName === '' ? undefined : entryOf(config, 'user', userName)
  refuseUnsupported(cluster, ['proxy-url', 'tls-server-name'])
  if (user !== undefined) {
    refuseUnsupported(user, ['exec', 'auth-provider', 'username', 'password', 'as', 'as-groups'])
  }
  const token = user === undefined ? undefined : await readToken(source.files, user)
  return {
    endpoint: await readEndpoint(source.files, cluster, user),
    ...(token === undefined ? {} : { token }),
    namespace: textOf(context.fields['namespace']) || 'default',
  }
}

type EntryType = 'context' | 'cluster' | 'user'

interface Entry {
  readonly type: EntryType
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
  /** Relative paths in it start here. */
  readonly directory: string
}

interface Merged {
  readonly entries: ReadonlyMap<string, Entry>
  readonly currentContext: string
}

async function readMerged({ files, paths, parseYaml }: KubeconfigSource): Promise<Merged> {
  const entries = new Map<string, Entry>()
  let currentContext = ''
  let found = false
  for (const path of paths) {
    if ((await files.kindOf(path)) === 'missing') continue
    found = true
    const document = parseYaml(await readFile(files, path), path)
    if (!isFields(document)) throw invalid(`${path} is no mapping`)
    currentContext ||= textOf(document['current-context'])
    for (const entry of entriesOf(document, path)) {
      const key = `${entry.type}/${entry.name}`
      if (!entries.has(key)) entries.set(key, entry)
    }
  }
  if (!found) {
    throw new HitlessError('kubeconfig-missing', `no kubeconfig at ${paths.join(' or ')}`, {
      exitCode: 2,
      hint: 'set KUBECONFIG, or name the file',
    })
  }
  return { entries, currentContext }
}

function entriesOf(document: Readonly<Record<string, unknown>>, path: string): readonly Entry[] {
  const directory = path.slice(0, path.lastIndexOf('/') + 1)
  const types: readonly EntryType[] = ['context', 'cluster', 'user']
  return types.flatMap((type) => {
    const list = document[`${type}s`]
    return (Array.isArray(list) ? list : []).filter(isFields).map((item) => {
      const fields = item[type]
      return { type, name: textOf(item['name']), fields: isFields(fields) ? fields : {}, directory }
    })
  })
}

function entryOf({ entries }: Merged, type: EntryType, name: string): Entry {
  const entry = entries.get(`${type}/${name}`)
  if (entry === undefined) throw invalid(`it has no ${type} "${name}"`)
  return entry
}

async function readEndpoint(
  files: Files,
  cluster: Entry,
  user: Entry | undefined,
): Promise<Endpoint> {
  const server = textOf(cluster.fields['server'])
  if (!/^https?:\/\/[^/]/.test(server) || !URL.canParse(server)) {
    throw invalid(`the server of cluster "${cluster.name}" is no HTTP address: "${server}"`)
  }
  const authority = await readPem(files, cluster, 'certificate-authority')
  const certificate = user && (await readPem(files, user, 'client-certificate'))
  const key = user && (await readPem(files, user, 'client-key'))
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalid(`user "${user?.name}" has a client certificate or its key, but not both`)
  }
  const insecure = cluster.fields['insecure-skip-tls-verify'] === true
  return {
    baseUrl: server,
    ...(authority === undefined ? {} : { authority }),
    ...(certificate === undefined || key === undefined
      ? {}
      : { clientCertificate: { certificate, key } }),
    ...(insecure ? { insecure } : {}),
  }
}

/** `FIELD-data` in base64, which wins, or the file that FIELD names. */
async function readPem(files: Files, entry: Entry, field: string): Promise<string | undefined> {
  const encoded = textOf(entry.fields[`${field}-data`])
  if (encoded !== '') return decodeText(encoded, `${field}-data of ${entry.type} "${entry.name}"`)
  const path = textOf(entry.fields[field])
  return path === '' ? undefined : readFile(files, absolute(entry, path))
}

/** A token file wins over a token. */
async function readToken(files: Files, user: Entry): Promise<string | undefined> {
  const path = textOf(user.fields['tokenFile'])
  const token =
    path === '' ? textOf(user.fields['token']) : await readFile(files, absolute(user, path))
  return token.trim() === '' ? undefined : token.trim()
}

function refuseUnsupported(entry: Entry, fields: readonly string[]): void {
  const field = fields.find((name) => {
    const value = entry.fields[name]
    return value !== undefined && value !== null && value !== ''
  })
  if (field === undefined) return
  const what = `${entry.type} "${entry.name}" of the kubeconfig uses ${field}`
  throw new HitlessError('kubeconfig-unsupported', `${what}, which hitless does not do`, {
    exitCode: 2,
    hint:
      field === 'exec' || field === 'auth-provider'
        ? 'use a user with a token: `kubectl create token NAME` makes one'
        : 'use a user with a token or a client certificate, and a cluster that is reached directly',
  })
}

async function readFile(files: Files, path: string): Promise<string> {
  try {
    return await files.readText(path)
  } catch (cause) {
    throw invalid(`${path} cannot be read`, cause)
  }
}

function decodeText(encoded: string, where: string): string {
  const bytes = /^[A-Za-z0-9+/=\s]*$/.test(encoded) ? tryDecode(encoded) : undefined
  if (bytes === undefined) throw invalid(`${where} is not base64`)
  return new TextDecoder().decode(bytes)
}

function tryDecode(encoded: string): Uint8Array | undefined {
  try {
    return decodeBase64(encoded)
  } catch {
    return undefined
  }
}

function absolute({ directory }: Entry, path: string): string {
  return path.startsWith('/') ? path : `${directory}${path}`
}

function invalid(message: string, cause?: unknown): HitlessError {
  return new HitlessError('kubeconfig-invalid', `the kubeconfig is of no use: ${message}`, {
    exitCode: 2,
    hint: '`kubectl config view` shows what is in it',
    cause,
  })
}
