import { webcrypto } from 'node:crypto'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

/** PEM: a certificate and its key. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

export interface IssueOptions {
  /** For whom: names for DNS, and addresses. */
  readonly names?: readonly string[]
  readonly commonName?: string
  /** Good from so many days from now until so many; a year from yesterday on when missing. */
  readonly days?: readonly [from: number, to: number]
}

/** Issues certificates for tests, good for servers and for clients. */
export interface Authority {
  /** PEM of its own certificate. */
  readonly certificate: string
  issue(options: IssueOptions): Promise<Identity>
}

export async function newAuthority(commonName: string): Promise<Authority> {
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const { subtle } = webcrypto
  const signer = await newKeys()
  const own = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...lifeOf([-1, 365]),
      serialNumber: '01',
      name: `CN=${commonName}`,
      keys: signer,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  )
  let issued = 1
  return {
    certificate: own.toString('pem'),
    async issue({ names = [], commonName: subject = 'test', days = [-1, 365] }) {
      const keys = await newKeys()
      const certificate = await x509.X509CertificateGenerator.create(
        {
          ...lifeOf(days),
          serialNumber: (++issued).toString(16).padStart(2, '0'),
          subject: `CN=${subject}`,
          issuer: own.subject,
          signingKey: signer.privateKey,
          publicKey: keys.publicKey,
          extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.ExtendedKeyUsageExtension([
              x509.ExtendedKeyUsage.serverAuth,
              x509.ExtendedKeyUsage.clientAuth,
            ]),
            new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
          ],
        },
        webcrypto,
      )
      const key = await subtle.exportKey('pkcs8', keys.privateKey)
      return {
        certificate: certificate.toString('pem'),
        key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
      }
    },
  }
}

function newKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

function lifeOf([from, to]: readonly [from: number, to: number]) {
  const now = Date.now()
  return {
    notBefore: new Date(now + from * DAY_MS),
    notAfter: new Date(now + to * DAY_MS),
    signingAlgorithm: ALGORITHM,
  }
}

function alternativeName(value: string) {
  return { type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const), value }
}
