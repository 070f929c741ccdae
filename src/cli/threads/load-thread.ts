import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { invariant } from '../../base/invariant.ts'
import { startLoad } from '../../load/engine.ts'
import type { LoadPlan } from '../../load/plan.ts'
import type { GeneratorReport, LoadRow } from '../../timeline/generator.ts'
import { type ClockOrigin, liveClock } from '../../world/live/clock.ts'
import { liveDigest } from '../../world/live/digest.ts'
import { liveVitals } from '../../world/live/vitals.ts'
import { liveNetwork } from '../../world/live/network.ts'
import { liveWebSocketKeys } from '../../world/live/websocket-keys.ts'
import { translatedNetwork, type Addressing } from '../../world/addressing.ts'

/**
 * The generator's own thread, so that a pause of the engine is no pause of the generator and the
 * other way round. It takes `LoadOrder` messages and answers with `LoadMessage`s.
 */
export interface LoadThreadInput {
  /** The run's, so that this thread's times can be ordered with everybody else's. */
  readonly origin: ClockOrigin
  readonly plan: LoadPlan
  readonly addressing: Addressing | undefined
}

export type LoadOrder =
  { readonly kind: 'start'; readonly atNs: number | undefined } | { readonly kind: 'stop' }

export type LoadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly startedAt: number }
  | { readonly kind: 'records'; readonly records: Uint8Array }
  | { readonly kind: 'row'; readonly row: LoadRow }
  | { readonly kind: 'stalled'; readonly stallMs: number }
  | { readonly kind: 'wound-up'; readonly planned: number }
  /** The last one: the thread then ends. */
  | { readonly kind: 'stopped'; readonly report: GeneratorReport }

invariant(parentPort !== null, 'the load thread runs as a worker thread only')
// The other end is threaded-load.ts, which hands over exactly this.
const input: LoadThreadInput = workerData
runThread(parentPort, input)

function runThread(port: MessagePort, { origin, plan, addressing }: LoadThreadInput): void {
  const network = translatedNetwork(liveNetwork(), addressing)
  const world = {
    clock: liveClock(origin),
    network,
    digest: liveDigest(),
    webSocketKeys: liveWebSocketKeys(),
    vitals: liveVitals(),
  }
  const generator = startLoad(world, plan, {
    // A whole batch changes hands without being copied.
    onRecords: (records) => post({ kind: 'records', records }, [records.buffer]),
    onRow: (row) => post({ kind: 'row', row }),
    onStall: (stallMs) => post({ kind: 'stalled', stallMs }),
    onWoundUp: (planned) => post({ kind: 'wound-up', planned }),
  })

  function post(message: LoadMessage, transfer: ArrayBufferLike[] = []): void {
    port.postMessage(
      message,
      transfer.filter((memory) => memory instanceof ArrayBuffer),
    )
  }

  let starting: Promise<void> = Promise.resolve()

  async function obey(order: LoadOrder): Promise<void> {
    if (order.kind === 'start') {
      starting = generator
        .start(order.atNs)
        .then(({ startedAt }) => post({ kind: 'started', startedAt }))
      await starting
    } else {
      await generator.stop()
    }
  }

  async function report(): Promise<void> {
    const finished = await generator.finished
    // One whose share of the plan is empty has come to its end before it can say that it has started.
    await starting
    post({ kind: 'stopped', report: finished })
    port.close()
  }

  // A rejection ends the thread, and its owner hears of that.
  void report()
  post({ kind: 'ready' })
  port.on('message', (order: LoadOrder) => void obey(order))
}
