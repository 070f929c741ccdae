import { RECORD_BYTES } from '../../timeline/ledger.ts'
import { startLoad } from '../engine.ts'
import type { LoadPlan } from '../plan.ts'
import { planOf } from './load-run.ts'
import { MemoryNetwork } from './memory-network.ts'
import { PlayedClock } from './played-world.ts'

const USERS = 64
/** Until then code is still being compiled, and allocates what it later does not. */
const WARM_UP_REQUESTS = 60_000
/** Few enough that in most windows no garbage is collected: of the others nothing is learnt. */
const WINDOW_REQUESTS = 1_024
const WINDOWS = 41
const TURN_MS = 0.05
const TURNS_TO_STOP = 10

/**
 * Bytes of heap that the engine allocates for each request, over a network in memory: the median of many windows.
 * `heapUsed` is asked for the bytes in use, garbage included.
 */
export async function allocatedBytes(
  lane: 'reused' | 'new',
  heapUsed: () => number,
  changes: Partial<LoadPlan> = {},
): Promise<number> {
  const clock = new PlayedClock()
  const network = new MemoryNetwork(clock, lane === 'new')
  const plan = planOf({
    arrivals: { kind: 'users', users: USERS },
    lanes: [lane === 'new' ? { lane, share: 1 } : { lane, share: 1, connections: USERS }],
    connectionsMax: USERS * 4,
    ...changes,
  })
  const counts = { ended: 0 }
  const generator = startLoad({ clock, network }, plan, {
    onRecords: (records) => void (counts.ended += records.length / RECORD_BYTES),
    onRow: () => undefined,
    onStall: () => undefined,
  })
  const runUntil = (count: number) => {
    while (counts.ended < count) {
      clock.advance(TURN_MS)
      network.turn()
    }
  }
  await generator.start()
  runUntil(WARM_UP_REQUESTS)
  const perRequest: number[] = []
  for (let window = 0; window < WINDOWS; window++) {
    const endedBefore = counts.ended
    const usedBefore = heapUsed()
    runUntil(endedBefore + WINDOW_REQUESTS)
    perRequest.push((heapUsed() - usedBefore) / (counts.ended - endedBefore))
  }
  const stopped = generator.stop()
  for (let turn = 0; turn < TURNS_TO_STOP; turn++) {
    clock.advance(10)
    network.turn()
  }
  await stopped
  return perRequest.toSorted((a, b) => a - b)[Math.floor(WINDOWS / 2)] ?? 0
}
