import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { createServer, type ServerOptions } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../contract/data-plane-contract.ts'
import { type Identity, newAuthority } from '../support/certificates.ts'
import { until } from '../support/until.ts'
import { runHitless } from './run-hitless.ts'
import { listening } from '../support/listening.ts'

const REQUESTS = 20
/** A busy machine may have been in the generator's way, which it tells: exit code 3. */
const OK_OR_IMPEDED = [0, 3]
const DROPPED_OR_IMPEDED = [1, 3]

const directory = mkdtempSync(join(tmpdir(), 'e2e-tls-'))
const file = (name: string) => join(directory, name)
afterAll(() => rmSync(directory, { recursive: true }))

/** What servers show, by what is wrong with it. */
const shown = new Map<string, Identity>()

beforeAll(async () => {
  const [ours, strangers] = [await newAuthority('ours'), await newAuthority('strangers')]
  const names = ['shop.test', '127.0.0.1']
  shown.set('good', await ours.issue({ names }))
  shown.set('untrusted', await strangers.issue({ names }))
  shown.set('expired', await ours.issue({ names, days: [-30, -1] }))
  shown.set('of tomorrow', await ours.issue({ names, days: [1, 30] }))
  shown.set('for another name', await ours.issue({ names: ['other.test'] }))
  const client = await ours.issue({ commonName: 'cart' })
  const stranger = await strangers.issue({ commonName: 'stranger' })
  const files = {
    'ca.pem': ours.certificate,
    'client.pem': client.certificate,
    'client.key': client.key,
    'both.pem': `${client.certificate}\n${client.key}`,
    'stranger.pem': stranger.certificate,
    'stranger.key': stranger.key,
    'server.pem': shownBy('good').certificate,
    'server.key': shownBy('good').key,
    'text.pem': 'no certificate\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(file(name), text)
})

function shownBy(what: string): Identity {
  const identity = shown.get(what)
  if (identity === undefined) throw new Error(`no server shows a certificate ${what}`)
  return identity
}

interface Asked {
  readonly port: number
  /** Of each request that came: Host, SNI, and the name in the client's certificate. */
  readonly requests: { readonly host?: string; readonly sni: unknown; readonly client?: string }[]
}

async function serve(what: string, options: ServerOptions = {}): Promise<Asked> {
  const requests: Asked['requests'] = []
  const { certificate: cert, key } = shownBy(what)
  const server = createServer({ cert, key, ...options }, (request, response) => {
    const socket = request.socket as TLSSocket // oxlint-disable-line typescript/no-unsafe-type-assertion -- of HTTPS they all are
    const { subject } = socket.getPeerCertificate()
    const { servername: sni } = socket
    requests.push({
      ...(request.headers.host === undefined ? {} : { host: request.headers.host }),
      sni,
      ...(subject === undefined ? {} : { client: String(subject.CN) }),
    })
    response.end('hello')
  })
  server.on('tlsClientError', () => undefined)
  return { port: await listening(server), requests }
}

interface LoadJson {
  readonly planned: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly statuses: Readonly<Record<string, number>>
  readonly codes?: Readonly<Record<string, number>>
}

async function load(url: string, args: readonly string[]) {
  const plan = ['--requests', String(REQUESTS), '--rate', '200/s', '--view', 'json']
  const { stdout, stderr, exitCode } = await runHitless(['load', url, ...plan, ...args])
  expect(stderr).not.toContain('error')
  // The caller's assertions find out whether it is that.
  const { planned, outcomes, statuses, codes }: LoadJson = JSON.parse(stdout)
  return { planned, outcomes, statuses, codes, exitCode }
}

describe('a certificate', () => {
  test('that the authority of --cacert has signed is trusted, and the beginning says what is verified', async () => {
    const { port, requests } = await serve('good')
    const args = ['--requests', '20', '--cacert', file('ca.pem')]
    const { stdout, exitCode } = await runHitless(['load', `https://127.0.0.1:${port}/`, ...args])
    expect(stdout).toContain('0 of 20 requests dropped')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `certificate to be verified for 127.0.0.1 against ${file('ca.pem')}`,
    )
    expect(OK_OR_IMPEDED).toContain(exitCode)
    expect(requests).toHaveLength(20)
  })

  test.each([
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['of tomorrow', 'CERT_NOT_YET_VALID'],
    ['for another name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('that is %s ends each request as tls, and tells %s', async (what, code) => {
    const { port, requests } = await serve(what)
    const url = `https://127.0.0.1:${port}/`
    const { exitCode, ...refused } = await load(url, ['--cacert', file('ca.pem')])
    expect(refused).toEqual({
      planned: REQUESTS,
      outcomes: { tls: REQUESTS },
      statuses: {},
      codes: { [`tls/${code}`]: REQUESTS },
    })
    expect(DROPPED_OR_IMPEDED).toContain(exitCode)
    expect(requests).toEqual([])
    const unverified = await load(url, ['--insecure'])
    expect(unverified.outcomes).toEqual({ ok: REQUESTS })
    expect(OK_OR_IMPEDED).toContain(unverified.exitCode)
  })

  test('of an authority of ones own is not trusted without --cacert', async () => {
    const { port } = await serve('good')
    const { outcomes } = await load(`https://127.0.0.1:${port}/`, [])
    expect(outcomes).toEqual({ tls: REQUESTS })
  })

  test('--servername is the name for SNI and for the certificate, and the Host stays that of the URL', async () => {
    const { port, requests } = await serve('for another name')
    const args = ['--cacert', file('ca.pem'), '--servername', 'other.test']
    expect((await load(`https://127.0.0.1:${port}/`, args)).outcomes).toEqual({ ok: REQUESTS })
    const host = `127.0.0.1:${port}`
    expect(requests).toEqual(Array.from({ length: REQUESTS }, () => ({ host, sni: 'other.test' })))
  })

  test('--connect-to leads elsewhere, and SNI and Host are those of the URL', async () => {
    const { port, requests } = await serve('good')
    const args = ['--cacert', file('ca.pem'), '--connect-to', `127.0.0.1:${port}`]
    expect((await load('https://shop.test/', args)).outcomes).toEqual({ ok: REQUESTS })
    expect(requests[0]).toEqual({ host: 'shop.test', sni: 'shop.test' })
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a server of %s that demands one', (maxVersion) => {
  async function demand() {
    const { port, requests } = await serve('good', {
      maxVersion,
      requestCert: true,
      rejectUnauthorized: true,
      ca: readFileSync(file('ca.pem')),
    })
    const url = `https://127.0.0.1:${port}/`
    return { requests, ask: (args: string[]) => load(url, ['--cacert', file('ca.pem'), ...args]) }
  }

  test.each([
    ['--cert', 'client.pem', '--key', 'client.key'],
    ['--cert', 'both.pem'],
  ])('is shown that of %s', async (...args) => {
    const { requests, ask } = await demand()
    const { outcomes } = await ask(args.map((arg) => (arg.startsWith('--') ? arg : file(arg))))
    expect(outcomes).toEqual({ ok: REQUESTS })
    expect(new Set(requests.map(({ client }) => client))).toEqual(new Set(['cart']))
  })

  test('without one, and its alert is told', async () => {
    const { requests, ask } = await demand()
    const { outcomes, codes, exitCode } = await ask([])
    const alert = maxVersion === 'TLSv1.2' ? 'HANDSHAKE_FAILURE' : 'CERTIFICATE_REQUIRED'
    expect(outcomes).toEqual({ tls: REQUESTS })
    expect(codes).toEqual({ [`tls/ALERT_${alert}`]: REQUESTS })
    expect(DROPPED_OR_IMPEDED).toContain(exitCode)
    expect(requests).toEqual([])
  })
})

describe('HTTP/2 over TLS', () => {
  test('is agreed on by ALPN', async () => {
    const { certificate: cert, key } = shownBy('good')
    const protocols: unknown[] = []
    const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
      protocols.push(request.httpVersion)
      response.end('hello')
    })
    const url = `https://127.0.0.1:${await listening(server)}/`
    const trusting = ['--cacert', file('ca.pem')]
    expect((await load(url, [...trusting, '--http2'])).outcomes).toEqual({ ok: REQUESTS })
    expect((await load(url, trusting)).outcomes).toEqual({ ok: REQUESTS })
    expect(new Set(protocols.slice(0, REQUESTS))).toEqual(new Set(['2.0']))
    expect(new Set(protocols.slice(REQUESTS))).toEqual(new Set(['1.1']))
  })

  test('is not forced on a server that does not offer it', async () => {
    const { port, requests } = await serve('good')
    const args = ['--cacert', file('ca.pem'), '--http2']
    const { outcomes, codes, exitCode } = await load(`https://127.0.0.1:${port}/`, args)
    expect(outcomes).toEqual({ tls: REQUESTS })
    expect(codes).toEqual({ 'tls/ALERT_NO_APPLICATION_PROTOCOL': REQUESTS })
    expect(DROPPED_OR_IMPEDED).toContain(exitCode)
    expect(requests).toEqual([])
  })
})

test.each([
  [['--cacert', 'none.pem'], 'none.pem: ENOENT'],
  [['--cacert', 'text.pem'], 'text.pem: it holds no certificate in PEM format'],
  [['--cacert', 'client.key'], 'client.key: it holds no certificate in PEM format'],
  [['--cert', 'client.pem'], '--cert without --key'],
  [['--cert', 'client.pem', '--key', 'text.pem'], 'text.pem: it holds no private key'],
  [
    ['--cert', 'client.pem', '--key', 'stranger.key'],
    'stranger.key: it is not the key of the certificate in',
  ],
  [['--insecure', '--cacert', 'ca.pem'], '--insecure with --cacert'],
])('%j is refused before anything is sent: %s', async (args, says) => {
  const { port, requests } = await serve('good')
  const named = args.map((arg) => (arg.startsWith('--') ? arg : file(arg)))
  const run = await runHitless(['load', `https://127.0.0.1:${port}/`, ...named])
  expect(run.stderr).toContain(says)
  expect([run.stdout, run.exitCode]).toEqual(['', 2])
  expect(requests).toEqual([])
})

const hasNginx = spawnSync('nginx', ['-v']).error === undefined

describe.runIf(hasNginx)('nginx', () => {
  const configOf = () => `
    daemon off; pid ${file('nginx.pid')}; error_log stderr;
    events {}
    http {
      access_log off;
      client_body_temp_path ${file('temp')}; proxy_temp_path ${file('temp')};
      fastcgi_temp_path ${file('temp')}; uwsgi_temp_path ${file('temp')}; scgi_temp_path ${file('temp')};
      ssl_certificate ${file('server.pem')}; ssl_certificate_key ${file('server.key')};
      ssl_client_certificate ${file('ca.pem')};
      server { listen 127.0.0.1:${open} ssl http2; return 200 "$http_host $server_protocol"; }
      server {
        listen 127.0.0.1:${demanding} ssl; ssl_verify_client on;
        return 200 "$ssl_client_s_dn";
      }
    }`

  /** Ports: of a server that takes everybody, and of one that demands a certificate. */
  let open = 0
  let demanding = 0

  beforeAll(async () => {
    open = await freePort()
    demanding = await freePort()
    writeFileSync(file('nginx.conf'), configOf())
    const nginx = spawn('nginx', ['-p', directory, '-c', file('nginx.conf')], { stdio: 'ignore' })
    const gone = once(nginx, 'close')
    await until('nginx listens', async () => (await isListening(open)) && isListening(demanding))
    return async () => {
      nginx.kill('SIGTERM')
      await gone
    }
  })

  test.each([
    [['--http2'], `127.0.0.1:PORT HTTP/2.0`],
    [[], `127.0.0.1:PORT HTTP/1.1`],
  ])('is loaded with %j as %s', async (args, body) => {
    const expected = ['--expect-body', `^${body.replace('PORT', `${open}`)}$`]
    const all = ['--cacert', file('ca.pem'), ...args, ...expected]
    expect((await load(`https://127.0.0.1:${open}/`, all)).outcomes).toEqual({ ok: REQUESTS })
  })

  test('answers itself to a client whose certificate is missing, or of an unknown authority', async () => {
    const url = `https://127.0.0.1:${demanding}/`
    const trusting = ['--cacert', file('ca.pem')]
    const ours = [...trusting, ...showing('client'), '--expect-body', '^CN=cart$']
    expect((await load(url, ours)).outcomes).toEqual({ ok: REQUESTS })
    for (const args of [[], showing('stranger')]) {
      const { outcomes, statuses } = await load(url, [...trusting, ...args])
      expect([outcomes, statuses]).toEqual([{ status: REQUESTS }, { 400: REQUESTS }])
    }
  })
})

function showing(name: string): readonly string[] {
  return ['--cert', file(`${name}.pem`), '--key', file(`${name}.key`)]
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
