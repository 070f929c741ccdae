import { describe, expect, test } from 'vitest'
import { memoryFiles } from '../../tests/support/memory-files.ts'
import { HitlessError } from '../base/error.ts'
import { kubeconfigPaths, readKubeconfig } from './kubeconfig.ts'

const SERVER = 'https://127.0.0.1:6443'

describe('a kubeconfig', () => {
  test('gives server, trust and identity of its current context', async () => {
    const files = {
      '/k/config': config({ token: 'T' }, { 'certificate-authority-data': btoa('CA') }),
    }
    expect(await read(files)).toEqual({
      endpoint: { baseUrl: SERVER, authority: 'CA' },
      token: 'T',
      namespace: 'mine',
    })
  })

  test('gives another context when it is named, even one without a user', async () => {
    const files = { '/k/config': config({}, { 'insecure-skip-tls-verify': true }) }
    expect(await read(files, { context: 'nobody' })).toEqual({
      endpoint: { baseUrl: SERVER, insecure: true },
      namespace: 'default',
    })
  })

  test('names files beside itself, and data goes before a file', async () => {
    const user = {
      'client-certificate': 'own.pem',
      'client-key': '/elsewhere/key.pem',
      'client-key-data': btoa('KEY'),
      token: 'old',
      tokenFile: 'token',
    }
    const files = {
      '/k/config': config(user, { 'certificate-authority': '/ca.pem' }),
      '/k/own.pem': 'CERTIFICATE',
      '/k/token': 'new\n',
      '/ca.pem': 'CA',
    }
    expect(await read(files)).toEqual({
      endpoint: {
        baseUrl: SERVER,
        authority: 'CA',
        clientCertificate: { certificate: 'CERTIFICATE', key: 'KEY' },
      },
      token: 'new',
      namespace: 'mine',
    })
  })

  test('of several files the first one that names a thing decides, and missing ones are passed over', async () => {
    const files = {
      '/k/a': JSON.stringify({ users: [{ name: 'u', user: { token: 'first' } }] }),
      '/k/b': config({ token: 'second' }),
    }
    const access = await read(files, { paths: ['/k/missing', '/k/a', '/k/b'] })
    expect(access).toMatchObject({ token: 'first', namespace: 'mine' })
  })

  test.each([
    ['kubeconfig-missing', 'no kubeconfig at /k/config', {}],
    ['kubeconfig-invalid', 'no context is named', { '/k/config': '{}' }],
    ['kubeconfig-invalid', '/k/config is no mapping', { '/k/config': '[]' }],
    ['kubeconfig-invalid', 'it has no context "a"', { '/k/config': '{"current-context":"a"}' }],
    ['kubeconfig-invalid', 'is no HTTP address', { '/k/config': config({}, { server: 'host' }) }],
    ['kubeconfig-invalid', 'or its key', { '/k/config': config({ 'client-key-data': btoa('K') }) }],
    ['kubeconfig-invalid', 'is not base64', { '/k/config': config({ 'client-key-data': '*' }) }],
    ['kubeconfig-invalid', '/k/t cannot be read', { '/k/config': config({ tokenFile: 't' }) }],
    ['kubeconfig-unsupported', 'uses exec', { '/k/config': config({ exec: { command: 'x' } }) }],
    ['kubeconfig-unsupported', 'proxy-url', { '/k/config': config({}, { 'proxy-url': 'x' }) }],
  ])('that is of no use is refused: %s, %s', async (code, message, files) => {
    const error: unknown = await read(files).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(HitlessError)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('is looked for where kubectl looks', () => {
    expect(kubeconfigPaths({ KUBECONFIG: '/a::/b', HOME: '/h' })).toEqual(['/a', '/b'])
    expect(kubeconfigPaths({ HOME: '/h' })).toEqual(['/h/.kube/config'])
  })
})

/** As JSON, which is YAML. */
function config(user: object, cluster: object = {}): string {
  return JSON.stringify({
    'current-context': 'mine',
    contexts: [
      { name: 'mine', context: { cluster: 'c', user: 'u', namespace: 'mine' } },
      { name: 'nobody', context: { cluster: 'c' } },
    ],
    clusters: [{ name: 'c', cluster: { server: SERVER, ...cluster } }],
    users: [{ name: 'u', user }],
  })
}

function parseYaml(text: string): unknown {
  return JSON.parse(text)
}

function read(
  texts: Readonly<Record<string, string>>,
  options: { readonly paths?: readonly string[]; readonly context?: string } = {},
) {
  return readKubeconfig({ files: memoryFiles(texts), paths: ['/k/config'], parseYaml, ...options })
}
