import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HitlessError } from '../base/error.ts'
import type { Credentials, ServerCredentials } from '../world/credentials.ts'

const TEMPORARY_PREFIX = 'hitless-up-'
/** A certificate that ends sooner is made anew. */
const RENEW_BEFORE_MS = 30 * 86_400_000
const OWNER_ONLY = 0o600

/** A directory that is removed again; those that killed runs have left are removed now. */
export function makeTemporaryData(): string {
  const parent = tmpdir()
  try {
    for (const name of readdirSync(parent)) {
      if (name.startsWith(TEMPORARY_PREFIX) && !isRunning(name)) removeIfOurs(join(parent, name))
    }
    return mkdtempSync(join(parent, `${TEMPORARY_PREFIX}${process.pid}-`))
  } catch (error) {
    throw unwritable(parent, error)
  }
}

/** What another user has left is that user's to remove. */
function removeIfOurs(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // It stays, and is in nobody's way.
  }
}

/** By the process id in its name. */
function isRunning(name: string): boolean {
  const processId = Number(/^hitless-up-(\d+)-/.exec(name)?.[1])
  if (!Number.isInteger(processId) || processId <= 0) return true
  try {
    return process.kill(processId, 0)
  } catch (error) {
    // Another user's: not ours to remove.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export async function makeDataDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw unwritable(path, error)
  }
}

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
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
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

/** Whole or not at all, and never readable for others, not even for a moment. */
async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.new`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(draft, text, { mode: OWNER_ONLY, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw unwritable(path, error)
  }
}

function unwritable(path: string, cause: unknown): HitlessError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new HitlessError('data-unwritable', `cannot write ${path}: ${why}`, {
    exitCode: 3,
    hint: 'Name a directory of your own: --data DIR; a kubeconfig goes elsewhere with --kubeconfig FILE.',
    cause,
  })
}
