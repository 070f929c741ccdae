import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { HitlessError } from '../../base/error.ts'
import type {
  DataPlane,
  RoutedConnection,
  ServiceRoute,
  StartDataPlane,
} from '../../proxy/data-plane.ts'
import type { Addressing } from '../../world/addressing.ts'
import type { ClockOrigin } from '../../world/live/clock.ts'
import type {
  FromProxyThread,
  ProxyThreadSetup,
  ThreadFault,
  ToProxyThread,
} from './proxy-thread.ts'

/**
 * The forwarder in a thread, and so an event loop, of its own: a pause of the engine must not look like
 * a pause of the service. `origin` is that of the run's clock. When the thread ends before it was
 * told to, every call under way and every later one rejects, `stop` included, and `onCrash` is told.
 */
export function threadedForwarder(
  origin: ClockOrigin,
  options: {
    readonly addressing?: Addressing | undefined
    readonly onCrash?: (error: Error) => void
  } = {},
): StartDataPlane {
  const { addressing, onCrash } = options
  return async (onConnections) => {
    const thread = new ForwarderThread(newWorker({ origin, addressing }), onConnections, onCrash)
    await thread.started
    return thread
  }
}

/** The thread's entry lies beside this file, as TypeScript or compiled, as this file does. */
function newWorker(setup: ProxyThreadSetup): Worker {
  const entry = `./proxy-thread${extname(import.meta.url)}`
  return new Worker(new URL(entry, import.meta.url), { workerData: setup })
}

interface Call {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

class ForwarderThread implements DataPlane {
  readonly started: Promise<void>
  readonly #worker: Worker
  readonly #onConnections: (connections: readonly RoutedConnection[]) => void
  readonly #exited: Promise<void>
  readonly #calls = new Map<number, Call>()
  #lastCallId = 0
  #crash: Error | undefined
  #stopped = false

  constructor(
    worker: Worker,
    onConnections: (connections: readonly RoutedConnection[]) => void,
    onCrash?: (error: Error) => void,
  ) {
    this.#worker = worker
    this.#onConnections = onConnections
    this.started = this.#call(STARTING)
    worker.on('message', (message: FromProxyThread) => this.#onMessage(message))
    let cause: Error | undefined
    worker.on('error', (error) => (cause = error))
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        if (!this.#stopped) {
          this.#crash = crashOf(cause)
          onCrash?.(this.#crash)
          for (const call of this.#calls.values()) call.reject(this.#crash)
        }
        resolve()
      })
    })
  }

  program(routes: readonly ServiceRoute[]): Promise<void> {
    const id = ++this.#lastCallId
    const answer = this.#call(id)
    this.#tell({ kind: 'program', id, routes })
    return answer
  }

  async stop(): Promise<void> {
    this.#tell({ kind: 'stop' })
    await this.#exited
    if (this.#crash !== undefined) throw this.#crash
  }

  #call(id: number): Promise<void> {
    const crash = this.#crash
    if (crash !== undefined) return Promise.reject(crash)
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }))
  }

  #tell(message: ToProxyThread): void {
    // Nothing to transfer.
    this.#worker.postMessage(message, [])
  }

  #onMessage(message: FromProxyThread): void {
    switch (message.kind) {
      case 'started':
        return this.#answer(STARTING)
      case 'programmed':
        return this.#answer(message.id, message.fault)
      case 'connections':
        return this.#onConnections(message.connections)
      case 'stopped':
        this.#stopped = true
    }
  }

  #answer(id: number, fault?: ThreadFault): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (fault === undefined) call?.resolve()
    else call?.reject(errorOf(fault))
  }
}

/** The id of the call that waits for the thread to be there; others count from 1. */
const STARTING = 0

function errorOf({ code, message, hint }: ThreadFault): HitlessError {
  return new HitlessError(code, message, {
    exitCode: 3,
    ...(hint === undefined ? {} : { hint }),
  })
}

function crashOf(cause: Error | undefined): HitlessError {
  return new HitlessError(
    'proxy-thread',
    `the forwarder's thread ended in the middle of its work${cause === undefined ? '' : `: ${cause.message}`}`,
    {
      exitCode: 3,
      hint: 'Service addresses stopped answering, so what was measured since then says nothing about the rollout.',
      cause,
    },
  )
}
