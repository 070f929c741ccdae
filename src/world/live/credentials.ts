import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  webcrypto,
} from 'node:crypto'
import { isBase64Url } from '../../base/base64.ts'
import type { Credentials, ServerCredentials, Signer } from '../credentials.ts'

const DAY_MS = 86_400_000
const VALID_DAYS = 365
const TOKEN_BYTES = 32
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** X.509 certificates (RFC 5280) with P-256 keys. */
export function liveCredentials(): Credentials {
  return { newServer, signerOf }
}

async function newServer({
  dnsNames,
  addresses,
  nowMs,
}: Parameters<Credentials['newServer']>[0]): Promise<ServerCredentials> {
  // Only now: it takes longer to load than all the rest of a start, and most starts have credentials.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const { subtle } = webcrypto
  const notAfter = new Date(nowMs + VALID_DAYS * DAY_MS)
  const common = {
    // A clock that is a little behind ours should not refuse what is new.
    notBefore: new Date(nowMs - DAY_MS),
    notAfter,
    signingAlgorithm: ALGORITHM,
  }
  const signer = await subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...common,
      serialNumber: newSerialNumber(),
      name: 'CN=hitless-ca',
      keys: signer,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(signer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  const keys = await subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...common,
      serialNumber: newSerialNumber(),
      subject: 'CN=hitless-apiserver',
      issuer: authority.subject,
      signingKey: signer.privateKey,
      publicKey: keys.publicKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(alternativeNames(dnsNames, addresses)),
        await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  )
  return {
    authority: authority.toString('pem'),
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(await subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    notAfterMs: notAfter.getTime(),
    token: randomBytes(TOKEN_BYTES).toString('base64url'),
    signingKey: newSigningKey(),
  }
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return privateKey
}

/** The form of a signature in tokens (RFC 7518, section 3.4): two numbers and nothing around them. */
const ENCODING = { dsaEncoding: 'ieee-p1363' } as const

function signerOf(pem: string): Signer {
  const key = createPrivateKey(pem)
  const publicKey = createPublicKey(key)
  const { namedCurve } = key.asymmetricKeyDetails ?? {}
  if (namedCurve !== 'prime256v1') throw new TypeError('the key that signs is of another curve')
  // As Kubernetes names its keys: by the digest of the public one.
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    algorithm: 'ES256',
    keyId: createHash('sha256').update(spki).digest('base64url'),
    sign: (text) => sign('sha256', Buffer.from(text), { key, ...ENCODING }).toString('base64url'),
    hasSigned: (text, signature) =>
      // Node's decoder passes over what does not belong there.
      isBase64Url(signature) &&
      verify(
        'sha256',
        Buffer.from(text),
        { key: publicKey, ...ENCODING },
        Buffer.from(signature, 'base64url'),
      ),
  }
}

function alternativeNames(dnsNames: readonly string[], addresses: readonly string[]) {
  return [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
  ]
}

/** Positive, as RFC 5280 section 4.1.2.2 wants it. */
function newSerialNumber(): string {
  return `01${randomBytes(15).toString('hex')}`
}
