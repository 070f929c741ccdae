import { describe, expect, test } from 'vitest'
import type { Connection, ConnectionHandlers } from '../world/network.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import { ModelledProcess, type ModelledApp } from './modelled-app.ts'
import { SimulatedNetwork } from './simulated-network.ts'

const HOST = '10.244.0.2'

function start(app?: Partial<ModelledApp>) {
  const clock = newVirtualClock()
  const network = new SimulatedNetwork({ clock, latencyMs: 1 })
  network.addHost(HOST)
  const modelled: ModelledApp = { startupMs: 0, port: 80, onSigterm: 'exit', ...app }
  const exits: unknown[] = []
  const process = new ModelledProcess(modelled, { clock, network }, HOST, (exit) =>
    exits.push(exit),
  )
  const log: string[] = []
  const note = (text: string) => log.push(`${clock.monotonicNs() / 1e6} ${text}`)
  const handlers: ConnectionHandlers = {
    onOpen: () => note('open'),
    onData: (bytes) => note(new TextDecoder().decode(bytes).split('\r\n')[0] ?? ''),
    onEnd: () => note('end'),
    onClose: (error) => note(error === undefined ? 'close' : `close ${error.code}`),
  }
  const connect = (port = 80, host = HOST) => network.connect({ host, port }, handlers)
  return { clock, network, process, exits, log, connect }
}

const get = (connection: Connection, path = '/') =>
  connection.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))

describe('a connection', () => {
  test('opens after one round trip and carries one answer per request', async () => {
    const { clock, connect, log } = start()
    await clock.advance(1)
    const connection = connect()
    await clock.advance(5)
    get(connection)
    await clock.advance(5)
    get(connection)
    await clock.advance(5)
    expect(log).toEqual(['3 open', '8 HTTP/1.1 200 Modelled', '13 HTTP/1.1 200 Modelled'])
  })

  test('is refused by a port that nobody listens on, and unreachable where nobody is', async () => {
    const { clock, connect, log } = start()
    connect(81)
    connect(80, '10.244.9.9')
    await clock.advance(10_000)
    expect(log).toEqual(['2 close ECONNREFUSED', '3001 close EHOSTUNREACH'])
  })

  test('is closed by the app when it was idle for its keep-alive time', async () => {
    const { clock, connect, log } = start({ keepAliveMs: 500 })
    await clock.advance(1)
    const connection = connect()
    await clock.advance(9)
    get(connection)
    await clock.advance(2_000)
    expect(log.at(-1)).toBe('512 end')
    connection.end()
    await clock.advance(10)
    expect(log.at(-1)).toBe('2010 close')
  })

  test('ends without an answer when the process exits, and is reset by a later write', async () => {
    const { clock, connect, log, process } = start({
      answer: () => ({ kind: 'answer', status: 200, delayMs: 1_000 }),
    })
    await clock.advance(1)
    const connection = connect()
    await clock.advance(9)
    get(connection)
    await clock.advance(90)
    process.signal('SIGTERM')
    await clock.advance(10)
    expect(log).toEqual(['3 open', '101 end'])
    get(connection)
    await clock.advance(10)
    expect(log.at(-1)).toBe('112 close ECONNRESET')
  })
})

describe('a modelled app at SIGTERM', () => {
  test('that ignores it goes on serving until SIGKILL', async () => {
    const { clock, process, exits, network } = start({ onSigterm: 'ignore' })
    await clock.advance(1)
    process.signal('SIGTERM')
    await clock.advance(1_000)
    expect([exits, network.listeningPorts(HOST)]).toEqual([[], [80]])
    process.signal('SIGKILL')
    expect(exits).toEqual([{ exitCode: 137, signal: 'SIGKILL' }])
    expect(network.listeningPorts(HOST)).toEqual([])
  })

  test('that drains refuses new connections, finishes what is in flight and exits', async () => {
    const { clock, process, exits, connect, log } = start({
      onSigterm: { drainMs: 2_000 },
      answer: () => ({ kind: 'answer', status: 201, delayMs: 500 }),
    })
    await clock.advance(1)
    const connection = connect()
    await clock.advance(9)
    get(connection)
    await clock.advance(90)
    process.signal('SIGTERM')
    connect()
    await clock.advance(3_000)
    expect(log).toEqual([
      '3 open',
      '102 close ECONNREFUSED',
      '512 HTTP/1.1 201 Modelled',
      '512 end',
    ])
    expect(exits).toEqual([{ exitCode: 0 }])
    expect(clock.timerCount).toBe(0)
  })
})

test('two apps on one address and port cannot be: the second exits', async () => {
  const { clock, network, exits } = start()
  await clock.advance(1)
  const app: ModelledApp = { startupMs: 0, port: 80, onSigterm: 'exit' }
  void new ModelledProcess(app, { clock, network }, HOST, (exit) => exits.push(exit))
  await clock.advance(1)
  expect(exits).toEqual([{ exitCode: 1 }])
})
