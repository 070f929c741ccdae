import type { World } from '../world.ts'
import { liveClock, type ClockOrigin } from './clock.ts'
import { liveFiles } from './files.ts'
import { liveNetwork } from './network.ts'
import { liveProcesses } from './processes.ts'
import { liveRandom } from './random.ts'

/** All five doors, opened to the operating system. Nothing is held open until it is used. */
export function liveWorld(origin?: ClockOrigin): World {
  return {
    clock: liveClock(origin),
    random: liveRandom(),
    network: liveNetwork(),
    processes: liveProcesses(),
    files: liveFiles(),
  }
}
