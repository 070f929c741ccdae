import { HitlessError } from '../base/error.ts'
import type { Clock } from '../world/clock.ts'
import type { Files } from '../world/files.ts'
import type { HttpCallers } from '../world/http-caller.ts'
import type { Network } from '../world/network.ts'
import type { Random } from '../world/random.ts'
import type { Runtime } from './runtime.ts'

export interface DockerRuntimeOptions {
  readonly callers: HttpCallers
  /** Of the Docker engine. */
  readonly socketPath: string
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly onWarning?: (message: string) => void
}

/** Containers of a Docker engine, in a network of their own. */
export async function startDockerRuntime(_options: DockerRuntimeOptions): Promise<Runtime> {
  throw new HitlessError('docker-unavailable', 'Docker cannot be used yet', {
    exitCode: 3,
    hint: 'Leave --runtime docker out.',
  })
}
