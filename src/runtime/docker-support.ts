import type { HttpCallers } from '../world/http-caller.ts'
import { Engine, EngineError } from './docker/engine.ts'

/** Why pods cannot be run by the engine at that socket; undefined when they can. */
export async function whyNoDocker(
  callers: HttpCallers,
  socketPath: string,
): Promise<string | undefined> {
  try {
    const engine = await Engine.connect(callers, socketPath)
    await engine.close()
    return undefined
  } catch (error) {
    if (error instanceof EngineError) return error.message
    throw error
  }
}
