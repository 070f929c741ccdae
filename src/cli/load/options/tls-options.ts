import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { HitlessError } from '../../../base/error.ts'
import type { LoadTarget } from '../../../load/plan.ts'
import type { TlsOptions } from '../../../world/network.ts'
import { badFlag } from '../../flag-values.ts'
import { readInput } from '../requests/read-input.ts'

/** Flags about how the target is reached, as commander hands them over. */
export interface TlsFlags {
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly insecure?: boolean
  readonly connectTo?: string
  readonly allAddresses?: boolean
}

/** How a target is reached, and in words what of it is verified. */
export interface ReachedTarget {
  readonly target: LoadTarget
  /** Absent without TLS. */
  readonly tls?: string
}

/** Completes what the URL says of the target. Files are read and compared now: a run does not begin with bad ones. */
export function reachTarget(named: LoadTarget, flags: TlsFlags): ReachedTarget {
  const target = {
    ...named,
    ...addressOf(flags.connectTo),
    ...(flags.allAddresses === true ? { usesAllAddresses: true } : {}),
  }
  if (named.tls === undefined) {
    refuseWithoutTls(flags)
    return { target }
  }
  const tls = tlsOf(named.tls.serverName, flags)
  return { target: { ...target, tls }, tls: describeTls(tls, flags) }
}

/** HOST:PORT, and [HOST]:PORT of an IPv6 address. */
function addressOf(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined
  const [, v6, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text) ?? []
  const host = v6 ?? name
  const port = Number(digits)
  if (host === undefined || !(port > 0 && port < 65_536)) {
    throw badFlag('--connect-to', text, 'HOST:PORT, such as 10.0.0.7:8443 or [::1]:8443')
  }
  return { host, port }
}

function refuseWithoutTls({ cacert, cert, key, servername, insecure }: TlsFlags): void {
  const given = Object.entries({ cacert, cert, key, servername, insecure })
  const [flag] = given.find(([, value]) => value !== undefined) ?? []
  if (flag === undefined) return
  throw new HitlessError('bad-flag', `--${flag}: an http:// URL has no TLS`, {
    exitCode: 2,
    hint: `Write https://, or leave --${flag} out.`,
  })
}

function tlsOf(host: string, flags: TlsFlags): TlsOptions {
  if (flags.insecure === true && flags.cacert !== undefined) {
    throw badFlag('--insecure', 'with --cacert', 'one of them: --insecure verifies nothing')
  }
  const authorities = flags.cacert === undefined ? undefined : readAuthorities(flags.cacert)
  return {
    serverName: flags.servername === undefined ? host : serverNameOf(flags.servername),
    isVerified: flags.insecure !== true,
    ...(authorities === undefined ? {} : { authorities }),
    ...clientCertificate(flags),
  }
}

/** A host name (RFC 1123), or an address, for which the certificate is looked at but no SNI is sent. */
function serverNameOf(text: string): string {
  const isName = text.length <= 253 && /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(text)
  if (!isName && isIP(text) === 0) {
    throw badFlag('--servername', text, 'a host name, such as shop.example.com')
  }
  return text
}

function readAuthorities(path: string): string {
  const text = readPem('--cacert', path)
  for (const block of certificatesIn('--cacert', path, text))
    parseCertificate('--cacert', path, block)
  return text
}

function clientCertificate(flags: TlsFlags): Pick<TlsOptions, 'certificate' | 'key'> {
  const { cert: certPath, key: keyPath } = flags
  if (certPath === undefined) {
    if (keyPath === undefined) return {}
    throw badFlag('--key', 'without --cert', '--cert FILE, the certificate that the key is for')
  }
  const certificate = readPem('--cert', certPath)
  const [own = ''] = certificatesIn('--cert', certPath, certificate)
  const parsed = parseCertificate('--cert', certPath, own)
  const isInOneFile = keyPath === undefined && certificate.includes('PRIVATE KEY-----')
  if (keyPath === undefined && !isInOneFile) {
    throw badFlag('--cert', 'without --key', '--key FILE, or put the key into the file of --cert')
  }
  const keyFlag = isInOneFile ? '--cert' : '--key'
  const keyFile = keyPath ?? certPath
  const key = isInOneFile ? certificate : readPem(keyFlag, keyFile)
  if (!parsed.checkPrivateKey(parseKey(keyFlag, keyFile, key))) {
    throw badFile(keyFlag, keyFile, `it is not the key of the certificate in ${certPath}`)
  }
  return { certificate, key }
}

function certificatesIn(flag: string, path: string, text: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) throw badFile(flag, path, 'it holds no certificate in PEM format')
  return blocks
}

function parseCertificate(flag: string, path: string, block: string): X509Certificate {
  try {
    // Only now: a load without TLS does without the 3 MB that OpenSSL takes.
    return new (process.getBuiltinModule('node:crypto').X509Certificate)(block)
  } catch (error) {
    throw badFile(flag, path, `a certificate in it cannot be read: ${reasonOf(error)}`)
  }
}

function parseKey(flag: string, path: string, text: string) {
  if (/ENCRYPTED/.test(text)) {
    throw badFile(flag, path, 'the key is encrypted; decrypt it first (openssl pkey -in … -out …)')
  }
  try {
    return process.getBuiltinModule('node:crypto').createPrivateKey(text)
  } catch (error) {
    throw badFile(flag, path, `it holds no private key that can be read: ${reasonOf(error)}`)
  }
}

function readPem(flag: string, path: string): string {
  return new TextDecoder().decode(readInput(flag, path))
}

function badFile(flag: string, path: string, why: string): HitlessError {
  return new HitlessError('bad-flag', `${flag} ${path}: ${why}`, {
    exitCode: 2,
    hint: 'Name a file in PEM format that this user may read, and that belongs to the others.',
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function describeTls({ serverName, isVerified, certificate }: TlsOptions, flags: TlsFlags): string {
  const against = flags.cacert ?? 'the well-known authorities'
  const what = isVerified
    ? `certificate verified for ${serverName} against ${against}`
    : `certificate NOT verified, server name ${serverName}`
  return certificate === undefined ? what : `${what}, client certificate ${flags.cert}`
}
