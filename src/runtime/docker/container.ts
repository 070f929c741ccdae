import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import type { Clock } from '../../world/clock.ts'
import type { ByteStream } from '../../world/http-server.ts'
import { AttachedClients } from '../process/attached-clients.ts'
import type { ContainerLogs } from '../process/container-logs.ts'
import { ContainerOutput } from '../process/container-output.ts'
import { signalOfExitCode } from '../process/signals.ts'
import {
  ContainerStartError,
  type ContainerConfig,
  type ContainerExit,
  type OpenStreams,
  type RunningContainer,
  type StreamHandlers,
} from '../runtime.ts'
import { EngineError, type Engine } from './engine.ts'
import { FrameReader } from './frames.ts'
import { removeOrTell } from './labels.ts'

export interface DockerWorld {
  readonly engine: Engine
  readonly clock: Clock
  readonly logs: ContainerLogs
  readonly onWarning: (message: string) => void
}

/** After a container's end its output has to be at its end too; what is left behind can hold it no longer. */
const OUTPUT_WAIT_MS = 2_000

/** One container of the engine from its start to its exit; a restart is a new one. */
export class DockerContainer implements RunningContainer {
  readonly config: ContainerConfig
  /** Resolves after onExit was called, and the engine's container is gone. */
  readonly ended: Promise<void>
  readonly #world: DockerWorld
  readonly #output: ContainerOutput
  readonly #onExit: (exit: ContainerExit) => void
  readonly #ended = Promise.withResolvers<void>()
  readonly #died = Promise.withResolvers<void>()
  readonly #attached = new AttachedClients()
  #outputEnded = Promise.withResolvers<void>()
  #stream: ByteStream | undefined
  #engineId = ''
  #processId = 0
  #state: 'starting' | 'running' | 'exited' = 'starting'
  #isKilled = false
  #hasOutputEnded = true

  constructor(world: DockerWorld, config: ContainerConfig, onExit: (exit: ContainerExit) => void) {
    this.#world = world
    this.config = config
    this.ended = this.#ended.promise
    this.#output = new ContainerOutput(world, config.logPath)
    this.#onExit = onExit
  }

  get processId(): number {
    return this.#processId
  }

  get engineId(): string {
    return this.#engineId
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** Rejects with ContainerStartError. */
  async start(name: string, specification: Fields): Promise<void> {
    const { engine } = this.#world
    try {
      const made = await engine.call('POST', `/containers/create?name=${name}`, specification)
      this.#engineId = textOf(fieldsOf(made)['Id'])
      await this.#attachOutput()
      await engine.call('POST', `/containers/${this.#engineId}/start`)
    } catch (error) {
      await this.#giveUp()
      throw error instanceof EngineError ? new ContainerStartError(error.message) : error
    }
    this.#state = 'running'
    void this.#died.promise.then(() => this.#finish())
    const state = await this.#inspectOrNothing()
    this.#processId = Number(state['Pid'] ?? 0)
    if (state['Running'] === false) this.died()
    if (this.#isKilled) void this.kill()
  }

  /** The engine has told that it ended. */
  died(): void {
    this.#died.resolve()
  }

  /**
   * The engine may have ended it while nobody listened; else its output is listened to again. Rejects with EngineError while
   * that cannot be known.
   */
  async look(): Promise<void> {
    if (!this.isRunning) return
    const state = await this.#inspect()
    if (state['Running'] !== true) return this.died()
    if (this.#hasOutputEnded) await this.#attachOutput()
  }

  signal(name: string): boolean {
    if (!this.isRunning) return false
    // One that ends at this moment is told as ended.
    void this.#send(name).catch(() => undefined)
    return true
  }

  /**
   * SIGKILL; one that is starting gets it when it has started. Resolves when it is gone, or when the engine does not do
   * it: nobody would tell of its end then.
   */
  async kill(): Promise<void> {
    this.#isKilled = true
    if (this.isRunning) void this.#send('SIGKILL').catch(() => this.died())
    await this.ended
  }

  /** Tells `handlers` of all output from now on. */
  attach(handlers: StreamHandlers): OpenStreams {
    return this.#attached.add(
      handlers,
      (bytes) => (this.config.stdin === true && this.#stream?.write(bytes)) !== false,
    )
  }

  #send(signal: string): Promise<unknown> {
    const path = `/containers/${this.#engineId}/kill?signal=${encodeURIComponent(signal)}`
    return this.#world.engine.callIfThere('POST', path)
  }

  async #attachOutput(): Promise<void> {
    const frames = new FrameReader((stream, bytes) => {
      this.#output.add(stream, bytes)
      if (!this.#attached.isEmpty) this.#attached.tell(stream, bytes.slice())
    })
    const ended = Promise.withResolvers<void>()
    this.#outputEnded = ended
    this.#hasOutputEnded = false
    const onEnd = () => {
      this.#hasOutputEnded = true
      ended.resolve()
    }
    const stdin = this.config.stdin === true ? '&stdin=1' : ''
    const path = `/containers/${this.#engineId}/attach?stream=1&stdout=1&stderr=1${stdin}`
    this.#stream = await this.#world.engine.open(
      path,
      {},
      {
        onData: (bytes) => frames.add(bytes),
        onEnd,
        onDrain: () => {
          this.#attached.tellDrained()
        },
        onClose: onEnd,
      },
    )
  }

  async #finish(): Promise<void> {
    this.#state = 'exited'
    const timer = this.#world.clock.after(OUTPUT_WAIT_MS, () => this.#outputEnded.resolve())
    await this.#outputEnded.promise
    timer.cancel()
    const state = await this.#inspectOrNothing()
    await this.#output.close()
    const exitCode = typeof state['ExitCode'] === 'number' ? state['ExitCode'] : 137
    const signal = signalOfExitCode(exitCode)
    await this.#remove()
    this.#onExit({
      exitCode,
      ...(signal === undefined ? {} : { signal }),
      ...(state['OOMKilled'] === true ? { isOutOfMemory: true } : {}),
      lastOutput: this.#output.lastOutput(),
    })
    this.#ended.resolve()
    this.#attached.end()
  }

  async #giveUp(): Promise<void> {
    this.#state = 'exited'
    await this.#remove()
    await this.#output.close()
    this.#ended.resolve()
  }

  async #remove(): Promise<void> {
    this.#stream?.destroy()
    if (this.#engineId === '') return
    const { engine, onWarning } = this.#world
    await removeOrTell(engine, `/containers/${this.#engineId}?force=1&v=1`, onWarning)
  }

  /** Empty when it is gone. Rejects with EngineError. */
  async #inspect(): Promise<Fields> {
    const path = `/containers/${this.#engineId}/json`
    return fieldsOf(fieldsOf(await this.#world.engine.callIfThere('GET', path))['State'])
  }

  async #inspectOrNothing(): Promise<Fields> {
    return this.#inspect().catch(() => ({}))
  }
}
