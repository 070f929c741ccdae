import type { ChildProcess } from 'node:child_process'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { HitlessError } from '../../base/error.ts'
import { joinSockets, openRelay, type Relay } from './tcp-relay.ts'
import { makeTemporaryDirectory } from './temporary-directory.ts'

/**
 * The way out of the sandbox: services on this machine's loopback that hitless.yaml lists (`hostServices`), which pods
 * reach at `host.hitless.internal`. The process inside listens for pods, and for each port has one Unix socket
 * that the process outside answers. A pod that finds such a socket reaches what it could reach anyway.
 */
interface Request {
  readonly kind: 'open-host-services'
  readonly ports: readonly number[]
}

type Answer =
  | { readonly kind: 'host-services'; readonly directory: string }
  | { readonly kind: 'host-services-refused'; readonly reason: string }

const LOOPBACK = '127.0.0.1'

/** Outside: answers the process inside as long as it runs. Returns what undoes it. */
export function offerHostServices(child: ChildProcess): () => void {
  const undo: (() => void)[] = []
  child.on('message', (message) => {
    if (!isRequest(message)) return
    void openRelays(message.ports, undo).then(
      (directory) => answer(child, { kind: 'host-services', directory }),
      (error: unknown) => answer(child, { kind: 'host-services-refused', reason: String(error) }),
    )
  })
  return () => {
    for (const one of undo.splice(0).toReversed()) one()
  }
}

async function openRelays(ports: readonly number[], undo: (() => void)[]): Promise<string> {
  // One that a killed run has left is removed by the next.
  const temporary = await makeTemporaryDirectory()
  undo.push(() => temporary.remove())
  const directory = temporary.path
  for (const port of ports) {
    const relay: Relay = await openRelay(socketOf(directory, port), { host: LOOPBACK, port })
    undo.push(() => relay.close())
  }
  return directory
}

/**
 * Inside: pods reach the ports of the machine's loopback at `address`, an address of the node's. Rejects with HitlessError
 * when that cannot be. Resolves with what ends it.
 */
export async function openHostServices(
  ports: readonly number[],
  address: string | undefined,
): Promise<() => Promise<void>> {
  // Without an address of its own the machine's loopback is what pods reach anyway.
  if (ports.length === 0 || address === undefined) return async () => undefined
  // Without a sandbox there is nobody outside: their loopback is this process's own.
  const directory = process.send === undefined ? undefined : await askOutside(ports)
  const servers: Server[] = []
  const stop = async () => {
    await Promise.all(
      servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
    )
  }
  try {
    for (const port of ports) servers.push(await listen({ address, port, directory }))
    return stop
  } catch (error) {
    await stop()
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

function askOutside(ports: readonly number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      if (!isAnswer(message)) return
      process.off('message', onMessage)
      if (message.kind === 'host-services') resolve(message.directory)
      else reject(refused(message.reason))
    }
    process.on('message', onMessage)
    const request: Request = { kind: 'open-host-services', ports }
    if (process.send?.(request) === undefined) reject(refused('nobody is outside'))
  })
}

function listen(at: {
  readonly address: string
  readonly port: number
  /** Of the sockets of the process outside. */
  readonly directory: string | undefined
}): Promise<Server> {
  const { directory, port } = at
  const target =
    directory === undefined ? { host: LOOPBACK, port } : { path: socketOf(directory, port) }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (pod) => {
    joinSockets(pod, connect({ ...target, allowHalfOpen: true }))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.address, () => {
      // What still talks must not keep a run from ending.
      server.unref()
      resolve(server)
    })
  })
}

function socketOf(directory: string, port: number): string {
  return join(directory, `${port}.sock`)
}

function answer(child: ChildProcess, message: Answer): void {
  if (child.connected) child.send(message, () => undefined)
}

function refused(reason: string): HitlessError {
  return new HitlessError('host-services', `hostServices cannot be offered to pods: ${reason}`, {
    exitCode: 3,
    hint: 'Look whether the temporary directory can be written, and leave out what is not needed.',
  })
}

function isRequest(message: unknown): message is Request {
  return kindOf(message) === 'open-host-services'
}

function isAnswer(message: unknown): message is Answer {
  const kind = kindOf(message)
  return kind === 'host-services' || kind === 'host-services-refused'
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message
    ? message.kind
    : undefined
}
