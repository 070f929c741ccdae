import type { Clock } from './clock.ts'
import type { Files } from './files.ts'
import type { Network } from './network.ts'
import type { Processes } from './processes.ts'
import type { Random } from './random.ts'

/**
 * The five doors through which everything outside the program is reached. `live/` opens them to
 * the operating system, the simulator to a virtual machine. Components take the doors they need.
 */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly processes: Processes
  readonly files: Files
}
