import type { ImageConfig, Runtime } from '../../runtime/runtime.ts'
import { liveHttpCallers } from '../../world/live/http-caller.ts'
import type { World } from '../../world/world.ts'
import type { RuntimeChoice } from './runtime-choice.ts'

export interface StartRuntimeOptions {
  /** Absent: this process is in the sandbox. */
  readonly choice: RuntimeChoice | undefined
  readonly world: World
  readonly images: (image: string) => ImageConfig | undefined
  readonly onWarning: (message: string) => void
  /** Ranges of addresses of the nodes here; Docker has its own. Default: that of one node in a cluster of one. */
  readonly podCidrs?: readonly string[]
  /** What runs is to outlive this process. Default false. */
  readonly kept?: boolean
}

/** Loads the code of that runtime only. */
export async function startRuntime(options: StartRuntimeOptions): Promise<Runtime> {
  const { choice, world, images, onWarning, podCidrs } = options
  const doors = { ...world, images, onWarning, ...(podCidrs && { podCidrs }) }
  switch (choice?.kind) {
    case undefined:
    case 'sandbox': {
      const { startSandboxRuntime } = await import('../../runtime/sandbox-runtime.ts')
      return startSandboxRuntime({ ...doors, kept: options.kept === true })
    }
    case 'loopback': {
      const { startLoopbackRuntime } = await import('../../runtime/loopback-runtime.ts')
      return startLoopbackRuntime(doors)
    }
    case 'docker': {
      const { startDockerRuntime } = await import('../../runtime/docker-runtime.ts')
      const { serviceGatewayProgram } = await import('./service-gateway-program.ts')
      const { socketPath } = choice
      const serviceGateway = serviceGatewayProgram()
      try {
        const engine = { callers: liveHttpCallers(), socketPath }
        return await startDockerRuntime({ ...doors, ...engine, serviceGateway })
      } catch (error) {
        await world.files.remove(serviceGateway.socketDirectory)
        throw error
      }
    }
  }
}

/** `pods in …`, with the reason why it is not a better one. */
export function describeRuntime(runtime: Runtime, choice: RuntimeChoice | undefined): string {
  const note = choice === undefined || choice.kind === 'sandbox' ? undefined : choice.note
  return note === undefined ? runtime.description : `${runtime.description} (${note})`
}

/** What a runtime leaves out, on a line of its own. */
export function printWarning(message: string): void {
  process.stderr.write(`warning  ${message}\n`)
}
