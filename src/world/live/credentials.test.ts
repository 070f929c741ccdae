import { X509Certificate } from 'node:crypto'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { liveCredentials } from './credentials.ts'

const NAMES = { dnsNames: ['localhost', 'kubernetes.default.svc'], addresses: ['127.0.0.1'] }

test('the certificate is signed by the authority and good for its names', async () => {
  const nowMs = Date.now()
  const { authority, certificate, notAfterMs } = await liveCredentials().newServer({
    ...NAMES,
    nowMs,
  })
  const leaf = new X509Certificate(certificate)
  expect(leaf.verify(new X509Certificate(authority).publicKey)).toBe(true)
  expect(leaf.checkHost('localhost')).toBe('localhost')
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(leaf.checkHost('example.com')).toBeUndefined()
  expect(notAfterMs - nowMs).toBe(365 * 86_400_000)
})

test('a client that trusts the authority, and only such a one, accepts the server', async () => {
  const one = await liveCredentials().newServer({ ...NAMES, nowMs: Date.now() })
  const other = await liveCredentials().newServer({ ...NAMES, nowMs: Date.now() })
  const server = createServer({ key: one.key, cert: one.certificate }, (socket) => socket.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const reach = (ca: string) =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' })
      socket.on('secureConnect', () => resolve(socket.getProtocol() ?? ''))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      socket.resume()
    })
  expect(await reach(one.authority)).toBe('TLSv1.3')
  expect(await reach(other.authority)).toMatch(/SIGNATURE|VERIFY|UNABLE/)
  await new Promise((resolve) => server.close(resolve))
})

test('every token is another one, and long enough', async () => {
  const credentials = liveCredentials()
  const tokens = await Promise.all(
    [1, 2].map(() => credentials.newServer({ ...NAMES, nowMs: Date.now() })),
  )
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(2)
  for (const { token } of tokens) expect(token).toMatch(/^[\w-]{43}$/)
})

test('a signer knows what it has signed, also when it was made again from its key', async () => {
  const door = liveCredentials()
  const [one, other] = await Promise.all(
    [1, 2].map(async () => (await door.newServer({ ...NAMES, nowMs: Date.now() })).signingKey),
  )
  const signature = door.signerOf(one ?? '').sign('a text')
  expect(door.signerOf(one ?? '').hasSigned('a text', signature)).toBe(true)
  expect(door.signerOf(one ?? '').hasSigned('a tent', signature)).toBe(false)
  expect(door.signerOf(other ?? '').hasSigned('a text', signature)).toBe(false)
  const padded = [`${signature}==`, `!${signature}`, `${signature} `]
  for (const wrong of ['', 'x', `${signature}x`, signature.slice(2), ...padded]) {
    expect(door.signerOf(one ?? '').hasSigned('a text', wrong)).toBe(false)
  }
  expect(door.signerOf(one ?? '').keyId).not.toBe(door.signerOf(other ?? '').keyId)
  expect(() => door.signerOf('no key')).toThrow()
})
