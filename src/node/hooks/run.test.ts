import { expect, test } from 'vitest'
import { SimulatedNetwork } from '../../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../simulator/simulated-runtime.ts'
import { type HttpAnswer, type HttpRequest, HttpRequestError } from '../../world/network.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { runHook } from './run.ts'

/** Answers http alone: to TLS with what is no TLS, or as `tls` says. */
class PlainServer extends SimulatedNetwork {
  readonly asked: HttpRequest[] = []
  readonly #tls: HttpRequestError

  constructor(tls: HttpRequestError) {
    super({ clock: newVirtualClock() })
    this.#tls = tls
  }

  override async request(asked: HttpRequest): Promise<HttpAnswer> {
    this.asked.push(asked)
    if (asked.url.startsWith('https:')) throw this.#tls
    return { status: 500, headers: {}, body: '' }
  }
}

async function runHttps(tls: HttpRequestError) {
  const network = new PlainServer(tls)
  const clock = newVirtualClock()
  const runtime = new SimulatedRuntime({ clock, network, apps: {} })
  const httpHeaders = [
    { name: 'authorization', value: 'secret' },
    { name: 'X-Own', value: 'kept' },
  ]
  const httpGet = { path: '/stop', port: 8443, scheme: 'HTTPS', httpHeaders } as const
  const { signal } = new AbortController()
  const outcome = await runHook(
    { network, clock, runtime },
    { httpGet },
    { container: { name: 'app' }, containerId: 'c', podIP: '10.0.0.9' },
    { timeoutMs: 1_000, cutOff: signal, killed: signal },
  )
  return { outcome, asked: network.asked }
}

// pkg/kubelet/lifecycle/handlers.go, runHTTPHandler.
test('a hook over TLS to a server without TLS is asked again in plain HTTP, without its secret', async () => {
  const wrongVersion = 'write EPROTO 40:error:0A00010B:SSL routines::wrong version number:'
  const { outcome, asked } = await runHttps(new HttpRequestError('EPROTO', wrongVersion))
  expect(outcome).toEqual({ kind: 'succeeded' })
  expect(asked.map(({ url }) => url)).toEqual([
    'https://10.0.0.9:8443/stop',
    'http://10.0.0.9:8443/stop',
  ])
  expect(asked[0]?.headers).toMatchObject({ authorization: 'secret', 'X-Own': 'kept' })
  expect(asked[1]?.headers).toMatchObject({ 'X-Own': 'kept' })
  expect(asked[1]?.headers).not.toHaveProperty('authorization')
})

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED'],
  ['EPROTO', 'alert handshake failure'],
])('any other failure over TLS is one: %s', async (code, message) => {
  const { outcome, asked } = await runHttps(new HttpRequestError(code, message))
  expect(outcome.kind).toBe('failed')
  expect(asked).toHaveLength(1)
})
