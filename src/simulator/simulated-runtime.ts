import {
  type ContainerConfig,
  type ContainerExit,
  ContainerGoneError,
  ContainerStartError,
  type ExecResult,
  type ImageConfig,
  type LogStart,
  type OpenStreams,
  type PortUse,
  PortRefusedError,
  type RunningContainer,
  type Runtime,
  type Sandbox,
  type SandboxConfig,
  type StreamHandlers,
} from '../runtime/runtime.ts'
import { type Clock, sleep } from '../world/clock.ts'
import { type ModelledApp, ModelledProcess } from './modelled-app.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

export interface SimulatedRuntimeOptions {
  readonly clock: Clock
  readonly network: SimulatedNetwork
  /** By image name. */
  readonly apps: Readonly<Record<string, ModelledApp>>
  /** How long a sandbox, and a container's process, take to be made. Default 0. */
  readonly sandboxMs?: number
  readonly startMs?: number
}

/** Tells the runtime which app a process is; the manifest may have replaced its command. */
const IMAGE_VARIABLE = 'HITLESS_MODELLED_IMAGE'

/** A command that no image has: how a manifest names a missing program. */
const MISSING_COMMAND = '/missing'

/** A command that takes longer is ended: as long as a kubelet lets a silent exec go on. */
const EXEC_TIMEOUT_MS = 4 * 3_600_000

const SILENT_STREAMS = {
  writeInput: () => true,
  endInput: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  resize: () => undefined,
}

interface SimulatedContainer {
  readonly sandboxId: string
  readonly process: ModelledProcess
  readonly exited: Promise<void>
}

/** The runtime contract over a clock: modelled apps for processes. Process ids count from 1. */
export class SimulatedRuntime implements Runtime {
  readonly description = 'modelled apps in virtual time'
  /** What was asked to run, in order: for tests. */
  readonly started: ContainerConfig[] = []
  readonly #options: SimulatedRuntimeOptions
  readonly #addresses = new Map<string, string>()
  readonly #containers = new Map<string, SimulatedContainer>()
  #lastAddress = 1
  #lastProcessId = 0

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options
  }

  resolveImage(image: string): ImageConfig | undefined {
    if (this.#options.apps[image] === undefined) return undefined
    return { command: ['modelled', image], env: { [IMAGE_VARIABLE]: image }, workingDir: '/' }
  }

  async createSandbox({ id }: SandboxConfig): Promise<Sandbox> {
    await this.#take(this.#options.sandboxMs)
    const number = ++this.#lastAddress
    const ip = `10.244.${Math.floor(number / 256)}.${number % 256}`
    this.#addresses.set(id, ip)
    this.#options.network.addHost(ip)
    return { ip }
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    const inside = [...this.#containers.values()].filter(
      (container) => container.sandboxId === sandboxId,
    )
    for (const { process } of inside) process.signal('SIGKILL')
    const ip = this.#addresses.get(sandboxId)
    this.#addresses.delete(sandboxId)
    if (ip !== undefined) this.#options.network.removeHost(ip)
  }

  async startContainer(
    config: ContainerConfig,
    onExit: (exit: ContainerExit) => void,
  ): Promise<RunningContainer> {
    await this.#take(this.#options.startMs)
    this.started.push(config)
    const app = this.#options.apps[config.env[IMAGE_VARIABLE] ?? '']
    const ip = this.#addresses.get(config.sandboxId)
    if (app === undefined || ip === undefined || config.command[0] === MISSING_COMMAND) {
      throw new ContainerStartError(
        `exec: "${config.command[0]}": executable file not found in $PATH`,
      )
    }
    const { promise: exited, resolve } = Promise.withResolvers<void>()
    const process = new ModelledProcess(app, this.#options, ip, (exit) => {
      this.#containers.delete(config.id)
      onExit({ ...exit, lastOutput: '' })
      resolve()
    })
    this.#containers.set(config.id, { sandboxId: config.sandboxId, process, exited })
    return { processId: ++this.#lastProcessId }
  }

  signalContainer(containerId: string, signal: string): boolean {
    const container = this.#containers.get(containerId)
    if (container === undefined) return false
    // As a kernel delivers it: after the call that sends it.
    this.#options.clock.after(0, () => container.process.signal(signal))
    return true
  }

  async exec(
    containerId: string,
    command: readonly string[],
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<ExecResult> {
    const container = this.#containers.get(containerId)
    if (container === undefined) throw new Error(`container ${containerId} is not running`)
    const { exitCode, output = '', delayMs = 0 } = container.process.exec(command)
    if (delayMs === 0) return { exitCode, output, timedOut: false }
    const ended = new AbortController()
    void container.exited.then(() => ended.abort())
    const broken = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal])
    await sleep(this.#options.clock, Math.min(delayMs, timeoutMs), broken)
    // The kernel ends with process 1 everything that runs beside it.
    if (broken.aborted) return { exitCode: 137, output: '', timedOut: false }
    const timedOut = delayMs > timeoutMs
    return { exitCode: timedOut ? 137 : exitCode, output, timedOut }
  }

  async openExec(
    containerId: string,
    command: readonly string[],
    _: { readonly stdin: boolean; readonly tty: boolean },
    handlers: StreamHandlers,
  ): Promise<OpenStreams> {
    if (!this.#containers.has(containerId)) throw new ContainerGoneError(containerId)
    let isStopped = false
    void this.exec(containerId, command, { timeoutMs: EXEC_TIMEOUT_MS }).then(
      ({ exitCode, output }) => {
        if (isStopped) return
        if (output !== '') handlers.onOutput('stdout', new TextEncoder().encode(output))
        handlers.onEnd({ exitCode })
      },
    )
    return { ...SILENT_STREAMS, stop: () => (isStopped = true) }
  }

  /** Modelled apps write nothing. */
  async attach(containerId: string, handlers: StreamHandlers): Promise<OpenStreams> {
    const container = this.#containers.get(containerId)
    if (container === undefined) throw new ContainerGoneError(containerId)
    let isStopped = false
    void container.exited.then(() => isStopped || handlers.onEnd({ exitCode: 0 }))
    return { ...SILENT_STREAMS, stop: () => (isStopped = true) }
  }

  /** They listen on their pod's address, which is tried before. */
  openLoopback(sandboxId: string, port: number): Promise<OpenStreams> {
    return Promise.reject(new PortRefusedError(`${sandboxId}: nobody listens on port ${port}`))
  }

  async readLog(): Promise<Uint8Array> {
    return new Uint8Array(0)
  }

  async logSize(): Promise<number | undefined> {
    return 0
  }

  async logStart(): Promise<LogStart> {
    return { kept: 0, newest: 0 }
  }

  async listeningPorts(sandboxId: string): Promise<readonly number[]> {
    const ip = this.#addresses.get(sandboxId)
    return ip === undefined ? [] : this.#options.network.listeningPorts(ip)
  }

  async portUse(sandboxId: string): Promise<PortUse> {
    const ip = this.#addresses.get(sandboxId)
    const { network } = this.#options
    return {
      listening: await this.listeningPorts(sandboxId),
      connections: ip === undefined ? new Map() : network.heldConnections(ip),
      isCut: false,
    }
  }

  async stop(): Promise<void> {
    for (const id of this.#addresses.keys()) await this.removeSandbox(id)
  }

  async #take(durationMs: number | undefined): Promise<void> {
    if (durationMs !== undefined && durationMs > 0) await sleep(this.#options.clock, durationMs)
  }
}
