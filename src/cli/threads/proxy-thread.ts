import { parentPort, workerData } from 'node:worker_threads'
import { HitlessError } from '../../base/error.ts'
import { invariant } from '../../base/invariant.ts'
import type { RoutedConnection, ServiceRoute } from '../../proxy/data-plane.ts'
import { startForwarder } from '../../proxy/forwarder.ts'
import { translatedNetwork, type Addressing } from '../../world/addressing.ts'
import type { ClockOrigin } from '../../world/live/clock.ts'
import { liveWorld } from '../../world/live/world.ts'
import { withServiceSockets } from './service-sockets.ts'

/** What the thread is told, in order. */
export type ToProxyThread =
  | { readonly kind: 'program'; readonly id: number; readonly routes: readonly ServiceRoute[] }
  | { readonly kind: 'stop' }

/** What the thread tells. After `stopped` it ends by itself. */
export type FromProxyThread =
  | { readonly kind: 'started' }
  | { readonly kind: 'programmed'; readonly id: number; readonly fault?: ThreadFault }
  | { readonly kind: 'connections'; readonly connections: readonly RoutedConnection[] }
  | { readonly kind: 'stopped' }

/** An error as it crosses threads, where classes do not survive. */
export interface ThreadFault {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** `origin`: the clock of the run, so that the forwarder's times can be ordered among the others. */
export interface ProxyThreadSetup {
  readonly origin: ClockOrigin
  readonly addressing: Addressing | undefined
}

await run()

async function run(): Promise<void> {
  const port = parentPort
  invariant(port !== null, 'the proxy thread is started as a program')
  const tell = (message: FromProxyThread) => port.postMessage(message)
  const setup: ProxyThreadSetup = workerData
  const { network: realNetwork, clock, random } = liveWorld(setup.origin)
  const { addressing } = setup
  const network = withServiceSockets(translatedNetwork(realNetwork, addressing), addressing)
  const onConnections = (connections: readonly RoutedConnection[]) =>
    tell({ kind: 'connections', connections })
  const forwarder = await startForwarder({ network, clock, random, onConnections })
  port.on('message', (message: ToProxyThread) => {
    switch (message.kind) {
      case 'program':
        forwarder.program(message.routes).then(
          () => tell({ kind: 'programmed', id: message.id }),
          (error: unknown) => tell({ kind: 'programmed', id: message.id, fault: faultOf(error) }),
        )
        break
      case 'stop':
        void forwarder.stop().then(() => {
          tell({ kind: 'stopped' })
          port.close()
        })
    }
  })
  tell({ kind: 'started' })
}

function faultOf(error: unknown): ThreadFault {
  if (!(error instanceof HitlessError)) return { code: 'proxy-thread', message: String(error) }
  const { code, message, hint } = error
  return hint === undefined ? { code, message } : { code, message, hint }
}
