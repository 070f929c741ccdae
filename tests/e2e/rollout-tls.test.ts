import { beforeAll, describe, expect, test } from 'vitest'
import { newAuthority } from '../support/certificates.ts'
import { inTemporaryDirectory, readJson, runHitless } from './run-hitless.ts'
import { edited, writeSample } from './sample.ts'

/** Speaks TLS, and answers only to whoever shows a certificate; the kubelet has none. */
const SERVER = `import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
const [cert, key, ca] = ['server.pem', 'server.key', 'ca.pem'].map((name) => readFileSync(name))
const options = { cert, key, ca, requestCert: true, rejectUnauthorized: false }
const server = createServer(options, (request, response) => {
  const { authorized, servername } = request.socket
  response.writeHead(authorized || request.url === '/ready' ? 200 : 401, { Connection: 'close' })
  response.end('hello, ' + servername)
})
server.listen(8080)
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`

const files: Record<string, string> = {}

beforeAll(async () => {
  const ours = await newAuthority('ours')
  const strangers = await newAuthority('strangers')
  const server = await ours.issue({ names: ['web.default.svc'] })
  const client = await ours.issue({ commonName: 'cart' })
  Object.assign(files, {
    'ca.pem': ours.certificate,
    'strangers.pem': strangers.certificate,
    'server.pem': server.certificate,
    'server.key': server.key,
    'client.pem': client.certificate,
    'client.key': client.key,
    'server.mjs': SERVER,
    ...edited('deployment.yaml', 'path: /, port: 8080', 'path: /ready, port: 8080, scheme: HTTPS'),
    ...edited('service.yaml', 'port: 80\n', 'port: 443\n'),
  })
})

interface Report {
  readonly verdict: string
  readonly requests: {
    readonly total: number
    readonly outcomes: Readonly<Record<string, number>>
  }
}

/** The sample with `load` in place of the first line of its load. */
function settingsWith(load: string): Readonly<Record<string, string>> {
  return edited('hitless.yaml', 'load:\n', `load:\n${load.replaceAll(/^/gm, '  ')}\n`)
}

/** `hitless test` of the sample with these files in it. */
function testSample(changes: Readonly<Record<string, string>>) {
  return inTemporaryDirectory(async (directory) => {
    await writeSample(directory, changes)
    const run = await runHitless(['test', '.', '--json', 'report.json'], { cwd: directory })
    const report =
      run.exitCode === 2 ? undefined : await readJson<Report>(`${directory}/report.json`)
    return { ...run, report }
  })
}

describe('pods that speak TLS', () => {
  test('are proven, their certificates verified for the name of the Service, and ours shown', async () => {
    const { exitCode, report, stdout, stderr } = await testSample({
      ...files,
      ...settingsWith(
        'tls: { cacert: ca.pem, cert: client.pem, key: client.key }\n' +
          'expectBody: ^hello, web\\.default\\.svc$',
      ),
    })
    expect(report?.requests.outcomes, stdout + stderr).toEqual({ ok: report?.requests.total })
    // A busy machine may have been in the generator's way, which is told.
    expect([0, 3], stdout).toContain(exitCode)
  })

  test('whose certificate is of an unknown authority drop every request as tls', async () => {
    const { exitCode, report, stdout } = await testSample({
      ...files,
      ...settingsWith('tls: { cacert: strangers.pem }'),
    })
    expect(report?.requests.outcomes, stdout).toEqual({ tls: report?.requests.total })
    expect(stdout).toMatch(/(\d+) of \1 requests were dropped in the baseline/)
    expect(exitCode).toBe(3)
  })
})

test('a new version that answers otherwise than expected drops requests as mismatch, which the verdict says', async () => {
  const answering = edited('server.mjs', "'hello'", 'process.env.version')
  const { exitCode, report, stdout } = await testSample({
    ...answering,
    'hitless.yaml': `images:
  "web:*": { command: [node, server.mjs], env: { version: "{tag}" } }
change:
  setImage: { deployment/web: { web: "web:v2" } }
load:
  rate: 50/s
  lanes: { new: 1 }
  expectBody: ^v1$
path: none
baseline: 1s
settle: 1s
`,
  })
  const { ok = 0, mismatch = 0 } = report?.requests.outcomes ?? {}
  expect([ok > 0, mismatch > 0], stdout).toEqual([true, true])
  expect(report?.verdict).toBe('dropped')
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'mismatch: the expected pattern was not found in the body',
  )
  expect(exitCode).toBe(1)
})

test.each([
  ['tls: { cacert: none.pem }', /yaml:4:10 {2}error {2}load\.tls\.cacert .*none\.pem: ENOENT/],
  [
    'tls: { cacert: server.key }',
    /yaml:4:10 {2}error {2}load\.tls\.cacert .*: it holds no certificate/,
  ],
  [
    'tls: { cert: client.pem, key: server.key }',
    /yaml:4:28 {2}error {2}load\.tls\.key .*: it is not the key of the certificate/,
  ],
  [
    'tls: { cacert: ca.pem, insecure: true }',
    /yaml:4:26 {2}error {2}load\.tls\.insecure with load\.tls\.cacert/,
  ],
  ['tls: { servername: a b }', /yaml:4:10 {2}error {2}load\.tls\.servername a b/],
  [
    'requests: [{ dataFile: none.json }]',
    /yaml:4:16 {2}error {2}load\.requests\[0\]\.dataFile .*none\.json: ENOENT/,
  ],
])('%s is refused with its place', async (load, says) => {
  const { exitCode, stderr } = await testSample({ ...files, ...settingsWith(load) })
  expect(stderr).toMatch(says)
  expect(exitCode).toBe(2)
})
