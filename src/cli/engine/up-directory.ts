import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CLUSTER_DOMAIN } from '../../api/cluster-dns.ts'
import { HitlessError } from '../../base/error.ts'
import type { Credentials, ServerCredentials } from '../../world/credentials.ts'
import { makeDirectories } from '../../world/live/make-directories.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts'

/** A certificate that ends sooner is made anew. */
const RENEW_BEFORE_MS = 30 * 86_400_000
const OWNER_ONLY = 0o600
const OWNER_ONLY_DIRECTORY = 0o700

/** A directory that is removed again; those that killed runs have left are removed now. */
export async function makeTemporaryData(): Promise<TemporaryDirectory> {
  try {
    return await makeTemporaryDirectory()
  } catch (error) {
    throw unwritable(tmpdir(), error)
  }
}

export function makeDataDirectory(path: string): void {
  try {
    makeDirectories(path, OWNER_ONLY_DIRECTORY)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** What pods call the API server. */
const API_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  `kubernetes.default.svc.${CLUSTER_DOMAIN}`,
]

/** The credentials of the last run of this directory, or new ones. */
export async function credentialsIn(
  directory: string,
  credentials: Credentials,
  nowMs: number,
): Promise<ServerCredentials> {
  const path = join(directory, 'credentials.json')
  const kept = await readCredentials(path, credentials)
  if (kept !== undefined && kept.notAfterMs - nowMs > RENEW_BEFORE_MS) return kept
  const made = await credentials.newServer({
    dnsNames: ['localhost', ...API_NAMES],
    addresses: ['127.0.0.1', '::1', '10.96.0.1'],
    nowMs,
  })
  await writePrivately(path, `${JSON.stringify(made)}\n`)
  return made
}

async function readCredentials(
  path: string,
  credentials: Credentials,
): Promise<ServerCredentials | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isCredentials(value) && areUsable(value, credentials) ? value : undefined
  } catch {
    // Missing or damaged: others are as good, for whoever reads the new kubeconfig.
    return undefined
  }
}

/** Throws what Node says of a text that is no certificate or no key. */
function areUsable(
  { authority, certificate, key, token, signingKey }: ServerCredentials,
  credentials: Credentials,
): boolean {
  credentials.signerOf(signingKey)
  const issuer = new X509Certificate(authority)
  const own = new X509Certificate(certificate)
  const isIssued = own.verify(issuer.publicKey) && own.checkPrivateKey(createPrivateKey(key))
  // As a header takes it.
  return isIssued && /^[\w.~+/=-]+$/.test(token)
}

function isCredentials(value: unknown): value is ServerCredentials {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map(Object.entries(value))
  const texts = ['authority', 'certificate', 'key', 'token', 'signingKey']
  return (
    texts.every((name) => typeof fields.get(name) === 'string') &&
    typeof fields.get('notAfterMs') === 'number'
  )
}

/** https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ */
export async function writeKubeconfig(
  path: string,
  {
    port,
    authority,
    token,
  }: { readonly port: number } & Pick<ServerCredentials, 'authority' | 'token'>,
): Promise<void> {
  const name = 'hitless'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'certificate-authority-data': Buffer.from(authority).toString('base64'),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  // JSON is YAML too.
  await writePrivately(path, `${JSON.stringify(config, null, 2)}\n`)
}

/** What a run has left that was killed while it wrote. The caller has the directory to itself. */
export function removeDrafts(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (/\.[0-9a-f-]{36}\.new$/.test(name)) rmSync(join(directory, name), { force: true })
  }
}

/** Whole or not at all, and never readable for others, not even for a moment. */
export async function writePrivately(path: string, text: string): Promise<void> {
  // No process id: in a namespace of processes it comes again, and a crash leaves the draft.
  const draft = `${path}.${randomUUID()}.new`
  try {
    makeDirectories(dirname(path))
    await writeFile(draft, text, { mode: OWNER_ONLY, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw unwritable(path, error)
  }
}

export function unwritable(path: string, cause: unknown): HitlessError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const isFull = cause instanceof Error && 'code' in cause && FULL.has(String(cause.code))
  return new HitlessError('data-unwritable', `cannot write ${path}: ${why}`, {
    exitCode: 3,
    hint: isFull
      ? 'Make room there, and start again: what was kept is still there.'
      : 'Name a directory of your own: --data DIR; a kubeconfig goes elsewhere with --kubeconfig FILE.',
    cause,
  })
}

/** No room, or none left for this user. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])
