import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { liveCredentials } from '../../../world/live/credentials.ts'
import { reachTarget, type TlsFlags } from './tls-options.ts'

const SECURE = {
  host: 'shop.test',
  port: 443,
  authority: 'shop.test',
  tls: { serverName: 'shop.test', isVerified: true },
}
const PLAIN = { host: 'shop.test', port: 80, authority: 'shop.test' }

const directory = mkdtempSync(join(tmpdir(), 'hitless-tls-'))
const file = (name: string) => join(directory, name)

beforeAll(async () => {
  const names = { dnsNames: ['shop.test'], addresses: [], nowMs: Date.now() }
  const { authority, certificate, key } = await liveCredentials().newServer(names)
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  })
  const other = await liveCredentials().newServer(names)
  const broken = certificate.replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA')
  const files = { authority, certificate, key, both: `${certificate}\n${key}`, broken }
  const more = { encrypted: privateKey, 'other-key': other.key, empty: '' }
  for (const [name, text] of Object.entries({ ...files, ...more })) writeFileSync(file(name), text)
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('how a target is reached', () => {
  test('a certificate is verified for the name of the URL, unless somebody says otherwise', () => {
    expect(reachTarget(SECURE, {})).toEqual({
      target: SECURE,
      tls: 'certificate to be verified for shop.test against the well-known authorities',
    })
    expect(reachTarget(SECURE, { insecure: true, servername: 'other.test' })).toEqual({
      target: { ...SECURE, tls: { serverName: 'other.test', isVerified: false } },
      tls: 'certificate NOT verified, server name other.test',
    })
  })

  test('--connect-to changes the address and leaves the names', () => {
    expect(reachTarget(SECURE, { connectTo: '[::1]:8443' }).target).toEqual({
      ...SECURE,
      host: '::1',
      port: 8443,
    })
    expect(reachTarget(PLAIN, { connectTo: '10.0.0.7:8080' })).toEqual({
      target: { ...PLAIN, host: '10.0.0.7', port: 8080 },
    })
  })

  test('files of authorities, certificate and key are read', () => {
    const { target, tls } = reachTarget(SECURE, {
      cacert: file('authority'),
      cert: file('certificate'),
      key: file('key'),
    })
    expect(target.tls?.authorities).toContain('BEGIN CERTIFICATE')
    expect(target.tls?.certificate).toContain('BEGIN CERTIFICATE')
    expect(target.tls?.key).toContain('BEGIN PRIVATE KEY')
    expect(tls).toContain(`against ${file('authority')}, client certificate ${file('certificate')}`)
    expect(reachTarget(SECURE, { cert: file('both') }).target.tls?.key).toContain('PRIVATE KEY')
  })
})

const faults: readonly (readonly [() => TlsFlags, message: string])[] = [
  [() => ({ cacert: file('none') }), 'ENOENT'],
  [() => ({ cacert: file('empty') }), 'it holds no certificate in PEM format'],
  [() => ({ cacert: file('broken') }), 'a certificate in it cannot be read'],
  [() => ({ cacert: directory }), 'EISDIR'],
  [() => ({ cacert: '/dev/zero' }), 'it is longer than'],
  [() => ({ cert: file('certificate') }), '--cert without --key'],
  [() => ({ key: file('key') }), '--key without --cert'],
  [() => ({ cert: file('certificate'), key: file('other-key') }), 'it is not the key of'],
  [() => ({ cert: file('certificate'), key: file('encrypted') }), 'the key is encrypted'],
  [() => ({ cert: file('certificate'), key: file('empty') }), 'no private key'],
  [() => ({ insecure: true, cacert: file('authority') }), '--insecure with --cacert'],
  [() => ({ servername: 'a b' }), '--servername a b'],
  [() => ({ connectTo: 'shop.test' }), '--connect-to shop.test'],
  [() => ({ connectTo: 'shop.test:70000' }), '--connect-to shop.test:70000'],
]

test.each(faults)('before the first request, %o ends in: %s', (flags, message) => {
  expect(() => reachTarget(SECURE, flags())).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  )
})

test.each(['cacert', 'cert', 'key', 'servername'])('--%s is refused without TLS', (flag) => {
  expect(() => reachTarget(PLAIN, { [flag]: 'x' })).toThrow(`--${flag}: an http:// URL has no TLS`)
})
