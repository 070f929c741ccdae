import { describe, expect, test } from 'vitest'
import type { Container, Probe } from '../../api/pod.ts'
import { ModelledProcess, type ModelledApp } from '../../simulator/modelled-app.ts'
import type { ModelledRequest } from '../../simulator/modelled-exchange.ts'
import { SimulatedNetwork } from '../../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../simulator/simulated-runtime.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import type { ProbeOutcome } from './outcome.ts'
import { runProbe } from './prober.ts'

const container: Container = { name: 'app', ports: [{ name: 'web', containerPort: 8080 }] }
const IP = '10.0.0.9'

/** Probes an app that has just started to listen on port 8080. */
async function probeApp(probe: Probe, app: Partial<ModelledApp> = {}, spec = container) {
  const clock = newVirtualClock()
  const network = new SimulatedNetwork({ clock })
  network.addHost(IP)
  const requests: ModelledRequest[] = []
  const answer = app.answer ?? (() => ({ kind: 'answer', status: 200 }) as const)
  const modelled: ModelledApp = {
    startupMs: 0,
    port: 8080,
    onSigterm: 'exit',
    ...app,
    answer: (request, moment) => {
      requests.push(request)
      return answer(request, moment)
    },
  }
  const process = new ModelledProcess(modelled, { clock, network }, IP, () => {})
  await clock.advance(1)
  const runtime = new SimulatedRuntime({ clock, network, apps: { app: modelled } })
  await runtime.createSandbox({ id: 'pod', namespace: 'd', name: 'p', hostname: 'p' })
  const { command, env, workingDir } = runtime.resolveImage('app')!
  const config = { id: 'c0', sandboxId: 'pod', name: 'app', logPath: '/log' }
  await runtime.startContainer({ ...config, command, env, workingDir }, () => {})
  const doors = { clock, network, runtime }
  let outcome: ProbeOutcome | undefined
  const { signal } = new AbortController()
  void runProbe(doors, probe, { container: spec, containerId: 'c0', podIP: IP, signal }).then(
    (found) => (outcome = found),
  )
  await clock.advance(20_000)
  process.signal('SIGKILL')
  return { outcome, requests }
}

const status = (code: number, headers: Readonly<Record<string, string>> = {}) => ({
  answer: () => ({ kind: 'answer', status: code, headers }) as const,
})

describe('httpGet', () => {
  const probe: Probe = { httpGet: { path: '/ready', port: 8080 } }

  test.each([200, 204, 299])('%s is a success', async (code) => {
    expect((await probeApp(probe, status(code))).outcome).toEqual({ kind: 'success' })
  })

  test.each([400, 404, 500, 503])('%s is a failure', async (code) => {
    const message = `HTTP probe failed with statuscode: ${code}`
    expect((await probeApp(probe, status(code))).outcome).toEqual({ kind: 'failure', message })
  })

  test.each([300, 302, 399])('%s without a Location is a success with a warning', async (code) => {
    expect((await probeApp(probe, status(code))).outcome).toEqual({
      kind: 'warning',
      message: 'Probe terminated redirects, Response body: ',
    })
  })

  test('a redirect to another host is a success with a warning', async () => {
    const app = status(302, { Location: 'http://example.com/' })
    expect((await probeApp(probe, app)).outcome?.kind).toBe('warning')
  })

  test.each([
    [200, 'success'],
    [500, 'failure'],
  ])('a redirect to the same host is followed: %s there is a %s', async (code, kind) => {
    const { outcome, requests } = await probeApp(probe, {
      answer: ({ path }) =>
        path === '/ready'
          ? { kind: 'answer', status: 302, headers: { Location: '/login' } }
          : { kind: 'answer', status: code },
    })
    expect(outcome?.kind).toBe(kind)
    expect(requests.map(({ path }) => path)).toEqual(['/ready', '/login'])
  })

  test('an endless redirect is a failure after ten requests', async () => {
    const { outcome, requests } = await probeApp(probe, status(302, { Location: '/ready' }))
    const message = 'Get "/ready": stopped after 10 redirects'
    expect(outcome).toEqual({ kind: 'failure', message })
    expect(requests).toHaveLength(10)
  })

  test('an answer that breaks off in its body is an error, tried three times', async () => {
    const { outcome, requests } = await probeApp(probe, status(200, { 'Content-Length': '99' }))
    expect(outcome).toEqual({
      kind: 'error',
      state: 'failure',
      message: 'unexpected EOF',
    })
    expect(requests).toHaveLength(3)
  })

  test('a port that nobody listens on is a failure in the words of Go', async () => {
    const refused = { httpGet: { path: '/x', port: 9 } }
    expect((await probeApp(refused)).outcome).toEqual({
      kind: 'failure',
      message: `Get "http://${IP}:9/x": dial tcp ${IP}:9: connect: connection refused`,
    })
  })

  test('no answer in time is a failure', async () => {
    expect((await probeApp(probe, { answer: () => ({ kind: 'hang' }) })).outcome).toEqual({
      kind: 'failure',
      message: `Get "http://${IP}:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    })
  })

  test.each([
    ['fd00::7', 'Get "http://[fd00::7]:8080/": dial tcp [fd00::7]:8080: connect: no route to host'],
    ['my host', 'Get "http://my host:8080/": Invalid URL'],
  ])('the host %j is a failure that names it', async (host, message) => {
    const given = { httpGet: { host, port: 8080 }, timeoutSeconds: 5 }
    expect((await probeApp(given)).outcome).toEqual({ kind: 'failure', message })
  })

  test("the headers are the kubelet's, and the manifest's win over them", async () => {
    const plain = await probeApp(probe)
    expect(plain.requests[0]?.headers).toMatchObject({
      'user-agent': 'kube-probe/1.34',
      accept: '*/*',
      host: `${IP}:8080`,
    })
    expect(plain.requests[0]?.headers).not.toHaveProperty('accept-encoding')
    const httpHeaders = [
      { name: 'user-agent', value: 'mine' },
      { name: 'Accept', value: '' },
      { name: 'X-Probe', value: '1' },
      { name: 'x-probe', value: '2' },
    ]
    const own = await probeApp({ httpGet: { port: 'web', httpHeaders } })
    expect(own.requests[0]).toMatchObject({
      path: '/',
      headers: { 'user-agent': 'mine', 'x-probe': '1, 2' },
    })
    expect(own.requests[0]?.headers).not.toHaveProperty('accept')
  })

  test('an unknown port name is an error, not a failure', async () => {
    expect((await probeApp({ httpGet: { port: 'nope' } })).outcome).toEqual({
      kind: 'error',
      state: 'unknown',
      message: 'strconv.Atoi: parsing "nope": invalid syntax',
    })
  })
})

describe('tcpSocket', () => {
  test('a port that accepts is a success', async () => {
    expect((await probeApp({ tcpSocket: { port: 'web' } })).outcome).toEqual({ kind: 'success' })
  })

  test("an empty host is the pod's", async () => {
    const probe = { tcpSocket: { host: '', port: 8080 } }
    expect((await probeApp(probe)).outcome).toEqual({ kind: 'success' })
  })

  test('a port that refuses is a failure', async () => {
    expect((await probeApp({ tcpSocket: { port: 9 } })).outcome).toEqual({
      kind: 'failure',
      message: `dial tcp ${IP}:9: connect: connection refused`,
    })
  })

  test('an address that does not answer in time is a failure', async () => {
    const probe = { tcpSocket: { host: '10.9.9.9', port: 80 }, timeoutSeconds: 2 }
    expect((await probeApp(probe)).outcome).toEqual({
      kind: 'failure',
      message: 'dial tcp 10.9.9.9:80: i/o timeout',
    })
  })
})

describe('exec', () => {
  const probe = { exec: { command: ['sh', '-c', 'check'] } }
  test.each<[string, Partial<ModelledApp>, ProbeOutcome]>([
    ['exit code 0 is a success', { exec: () => ({ exitCode: 0 }) }, { kind: 'success' }],
    [
      'any other is a failure with the output',
      { exec: () => ({ exitCode: 3, output: 'no' }) },
      { kind: 'failure', message: 'no' },
    ],
    [
      'a timeout is a failure (5.22)',
      { exec: () => ({ exitCode: 0, delayMs: 5_000 }) },
      { kind: 'failure', message: 'command timed out: "sh -c check" timed out after 1s' },
    ],
  ])('%s', async (_name, app, expected) => {
    expect((await probeApp(probe, app)).outcome).toEqual(expected)
  })
})

const failed = (message: string) => ({ kind: 'failure', message })

test('the command of an exec probe is expanded from the plain values of env', async () => {
  const commands: (readonly string[])[] = []
  const exec = (command: readonly string[]) => {
    commands.push(command)
    return { exitCode: 0 }
  }
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', valueFrom: {} },
  ]
  const probe = { exec: { command: ['$(A)', 'x$(B)', '$(C)', '$$(A)'] } }
  await probeApp(probe, { exec }, { ...container, env })
  expect(commands).toEqual([['1', 'x', '$(C)', '$(A)']])
})

describe('grpc', () => {
  const probe: Probe = { grpc: { port: 8080 }, timeoutSeconds: 2 }

  test('SERVING is a success, of the service that is asked for', async () => {
    const services: string[] = []
    const health = (service: string) => {
      services.push(service)
      return 'SERVING' as const
    }
    expect((await probeApp(probe, { health })).outcome).toEqual({ kind: 'success' })
    const named = { grpc: { port: 8080, service: 'shop.Cart' } }
    expect((await probeApp(named, { health })).outcome).toEqual({ kind: 'success' })
    expect(services).toEqual(['', 'shop.Cart'])
  })

  test.each(['UNKNOWN', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const)(
    '%s is a failure',
    async (status) => {
      expect((await probeApp(probe, { health: () => status })).outcome).toEqual(
        failed(`service unhealthy (responded with "${status}")`),
      )
    },
  )

  test.each([
    [
      { code: 12, message: 'unknown service grpc.health.v1.Health' },
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
    ],
    [
      { code: 5, message: 'unknown service: 5 €' },
      'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service: 5 €',
    ],
    [{ code: 4, message: 'late' }, 'timeout: health rpc did not complete within 2s'],
    ['hang', 'timeout: health rpc did not complete within 2s'],
  ] as const)('%j is a failure in the words of the kubelet', async (health, message) => {
    expect((await probeApp(probe, { health: () => health })).outcome).toEqual(failed(message))
  })

  test('who speaks HTTP/1.1 only, or refuses, has not been connected to', async () => {
    expect((await probeApp(probe)).outcome).toEqual(
      failed(
        `timeout: failed to connect service "${IP}:8080" within 2s: context deadline exceeded`,
      ),
    )
    expect((await probeApp({ grpc: { port: 9 } })).outcome).toEqual(
      failed(`timeout: failed to connect service "${IP}:9" within 1s: context deadline exceeded`),
    )
  })
})
