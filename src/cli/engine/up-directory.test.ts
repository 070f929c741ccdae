import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ServerCredentials } from '../../world/credentials.ts'
import { liveCredentials } from '../../world/live/credentials.ts'
import { credentialsIn, makeDataDirectory, makeTemporaryData, unwritable } from './up-directory.ts'

const now = Date.now()
const made = await newCredentials()
const others = await newCredentials()

function newCredentials(): Promise<ServerCredentials> {
  return liveCredentials().newServer({ dnsNames: ['localhost'], addresses: [], nowMs: now })
}

function directoryWith(credentials: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'credentials.json'), credentials)
  return directory
}

const read = (credentials: string) =>
  credentialsIn(directoryWith(credentials), liveCredentials(), now)

test('the credentials of the last run are kept', async () => {
  expect(await read(JSON.stringify(made))).toEqual(made)
})

test.each([
  ['cut off', JSON.stringify(made).slice(0, 100)],
  ['of another form', JSON.stringify({ ...made, token: 1 })],
  ['with a certificate that is none', JSON.stringify({ ...made, certificate: 'x' })],
  ['with the key of another certificate', JSON.stringify({ ...made, key: others.key })],
  ['of another authority', JSON.stringify({ ...made, authority: others.authority })],
  ['with a signing key that is none', JSON.stringify({ ...made, signingKey: 'x' })],
  ['without a token', JSON.stringify({ ...made, token: '' })],
  ['that end soon', JSON.stringify({ ...made, notAfterMs: now + 86_400_000 })],
])('credentials %s are made anew', async (_, text) => {
  const { token, certificate } = await read(text)
  expect(token).toMatch(/./)
  expect(token).not.toBe(made.token)
  expect(certificate).toContain('BEGIN CERTIFICATE')
})

test('a temporary directory that there cannot be is told', async () => {
  vi.stubEnv('TMPDIR', join(tmpdir(), 'there', 'is', 'none'))
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(makeTemporaryData()).rejects.toThrow(/^cannot write .*none: ENOENT/)
})

test('a data directory that the file system refuses is told at once', () => {
  expect(() => makeDataDirectory('/proc/1/hitless/deep')).toThrow(
    /^cannot write \/proc\/1\/hitless/,
  )
})

test('of a full disk nobody is told to go elsewhere: the state is still there', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  expect(unwritable('/data/kubeconfig', full)).toMatchObject({
    message: 'cannot write /data/kubeconfig: ENOSPC: no space left on device',
    hint: 'Make room there, and start again: what was kept is still there.',
    exitCode: 3,
  })
})
