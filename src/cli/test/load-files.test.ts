import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { DEFAULT_SETTINGS, type LoadSettings } from '../../manifest/settings.ts'
import { readLoadFiles } from './load-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'hitless-load-files-'))
const file = (name: string) => join(directory, name)
writeFileSync(file('message'), Uint8Array.of(10, 3, 0xff))
afterAll(() => rmSync(directory, { recursive: true }))

const AT = { file: 'hitless.yaml', line: 3, column: 5 }

function loadOf(changes: Partial<LoadSettings>): LoadSettings {
  return { ...DEFAULT_SETTINGS.load, ...changes }
}

function requestOf(bodyFile: string): LoadSettings['requests'][number] {
  return { method: 'POST', path: '/', headers: {}, weight: 1, bodyFile }
}

test('a load without files is as it was', () => {
  expect(readLoadFiles(DEFAULT_SETTINGS.load, {})).toEqual({
    load: DEFAULT_SETTINGS.load,
    findings: [],
  })
})

test('bodies in files are their bytes, and TLS has no name but that of the Service', () => {
  const requests = [requestOf(file('message'))]
  const { load, tls, findings } = readLoadFiles(loadOf({ requests, tls: { insecure: true } }), {})
  const { bodyFile: _, ...rest } = requestOf('')
  expect(load.requests).toEqual([{ ...rest, body: Uint8Array.of(10, 3, 0xff) }])
  expect(tls).toEqual({ isVerified: false })
  expect(findings).toEqual([])
})

test('a named pipe is not opened, which could wait for ever', () => {
  execFileSync('mkfifo', [file('pipe')])
  const requests = [requestOf(file('pipe'))]
  const { findings } = readLoadFiles(loadOf({ requests }), { 'load.requests.0.dataFile': AT })
  expect(findings).toMatchObject([
    { message: expect.stringMatching(/named pipe/), location: AT, hint: 'Name a file.' },
  ])
})

test('what is wrong with several files is told at once, each at its key', () => {
  const requests = [requestOf(file('none')), requestOf(directory)]
  const tls = { cacert: file('message') }
  const { findings } = readLoadFiles(loadOf({ requests, tls }), {
    'load.requests.0.dataFile': AT,
    'load.tls.cacert': AT,
  })
  expect(findings).toMatchObject([
    { message: expect.stringMatching(/^load\.requests\[0\]\.dataFile .*ENOENT/), location: AT },
    { message: expect.stringMatching(/^load\.requests\[1\]\.dataFile .*EISDIR/) },
    { message: expect.stringMatching(/^load\.tls\.cacert .*no certificate/), location: AT },
  ])
})
