import { HitlessError } from '../base/error.ts'
import { fieldsOf, textOf, type Fields } from '../base/fields.ts'
import { invariant } from '../base/invariant.ts'
import type { Addressing } from '../world/addressing.ts'
import type { Clock } from '../world/clock.ts'
import type { Files } from '../world/files.ts'
import type { HttpCallers } from '../world/http-caller.ts'
import type { Network } from '../world/network.ts'
import type { Processes } from '../world/processes.ts'
import { randomInteger, type Random } from '../world/random.ts'
import { DockerContainer, type DockerWorld } from './docker/container.ts'
import { EngineWatch } from './docker/engine-watch.ts'
import { Engine, EngineError } from './docker/engine.ts'
import { loopbackScript } from './docker/exec-script.ts'
import { openExecStreams } from './docker/exec-streams.ts'
import { runExec } from './docker/run-exec.ts'
import { MemoryVolumes } from './docker/memory-volumes.ts'
import { Images } from './docker/images.ts'
import {
  OWNER_LABEL,
  POD_LABEL,
  findOwner,
  removeLeftovers,
  removeOrTell,
} from './docker/labels.ts'
import { ensurePauseImage, startHolder, type Holder } from './docker/holder.ts'
import { closeNetwork, openNetwork, type ClusterNetwork } from './docker/network.ts'
import { openInsideLoopback } from './docker/open-loopback.ts'
import type { ServiceGatewayProgram } from './docker/service-gateway.ts'

export type { ServiceGatewayProgram }
import { containerSpecification } from './docker/specification.ts'
import { NOT_RUNNING } from './process/run-exec.ts'
import { openConnectionStreams } from './process/connection-streams.ts'
import { ContainerLogs } from './process/container-logs.ts'
import { findLowestPort } from './process/lowest-port.ts'
import { listeningPortsOf, portUseOf, type PodSockets } from './process/pod-sockets.ts'
import {
  ContainerGoneError,
  ContainerStartError,
  PortRefusedError,
  type ContainerConfig,
  type ContainerExit,
  type ExecResult,
  type ImageConfig,
  type LogStart,
  type OpenStreams,
  type PortUse,
  type PreparedImage,
  type PrepareImageOptions,
  type Runtime,
  type RuntimeGap,
  type Sandbox,
  type SandboxConfig,
  type StreamHandlers,
} from './runtime.ts'

export interface DockerRuntimeOptions {
  readonly callers: HttpCallers
  /** Of the Docker engine. */
  readonly socketPath: string
  readonly processes: Processes
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  /** By which pods reach Services. Absent: they do not. */
  readonly serviceGateway?: ServiceGatewayProgram
  readonly onWarning?: (message: string) => void
}

/** Containers of a Docker engine, in a network of their own. Rejects with HitlessError `docker-unavailable`. */
export async function startDockerRuntime(options: DockerRuntimeOptions): Promise<Runtime> {
  const { callers, socketPath } = options
  let engine: Engine | undefined
  try {
    engine = await Engine.connect(callers, socketPath)
    return new DockerRuntime(options, await openCluster(options, engine))
  } catch (error) {
    await engine?.close()
    if (!(error instanceof EngineError)) throw error
    throw new HitlessError('docker-unavailable', `Docker cannot be used: ${error.message}`, {
      exitCode: 3,
      hint: `It was asked at ${socketPath}; look whether \`docker version\` answers.`,
      cause: error,
    })
  }
}

async function openCluster(options: DockerRuntimeOptions, engine: Engine): Promise<Cluster> {
  const { processes, files, random, onWarning = () => undefined } = options
  const owner = await findOwner(processes, files)
  await removeLeftovers(engine, files, onWarning)
  const name = `hitless-${randomInteger(random, 2 ** 32).toString(16)}`
  const pauseImage = await ensurePauseImage(engine)
  const lowestPort = await findLowestPort(processes)
  const network = await openNetwork(options, { engine, name, owner, pauseImage })
  return { engine, owner, name, network, pauseImage, lowestPort }
}

interface Cluster {
  readonly engine: Engine
  readonly owner: string
  readonly name: string
  readonly network: ClusterNetwork
  readonly pauseImage: string
  readonly lowestPort: number
}

interface Pod {
  readonly sharesProcesses: boolean
  /** Settles when its network is there, or could not be made. */
  readonly holder: Promise<Holder>
  readonly containers: Set<DockerContainer>
  /** Directories in memory that its containers have mounted. */
  readonly memory: Set<string>
}

/** The engine's own DNS server, which listens in each container of a network. */
const RESOLVER_ADDRESS = '127.0.0.11'

class DockerRuntime implements Runtime {
  readonly description = 'pods in Docker'
  readonly hostAddress?: string
  readonly addressing: Addressing
  readonly gaps: ReadonlySet<RuntimeGap>
  readonly #options: DockerRuntimeOptions
  readonly #cluster: Cluster
  readonly #world: DockerWorld
  readonly #images: Images
  readonly #pods = new Map<string, Pod>()
  readonly #containers = new Map<string, DockerContainer>()
  readonly #memory: MemoryVolumes
  readonly #watch: EngineWatch
  #made = 0

  constructor(options: DockerRuntimeOptions, cluster: Cluster) {
    const { clock, files, onWarning = () => undefined } = options
    const { engine, network, lowestPort } = cluster
    this.#options = options
    this.#cluster = cluster
    this.#world = { engine, clock, logs: new ContainerLogs(files), onWarning }
    this.#memory = new MemoryVolumes({
      ...cluster,
      nameOf: (what) => this.#nextName(what),
      onWarning,
    })
    this.#images = new Images({ engine, clock, onWarning })
    const { hostAddress, socketDirectory } = network
    if (hostAddress !== undefined) this.hostAddress = hostAddress
    // Addresses of pods are real; those of Services are this machine's own loopback.
    this.addressing = {
      serviceNetwork: '10.96.',
      by: 'addresses',
      lowestPort,
      ...(socketDirectory === undefined ? {} : { socketDirectory }),
    }
    this.gaps = new Set([
      'exact-environment',
      'missing-directories',
      'stream-order',
      ...(socketDirectory === undefined ? (['service-addresses'] as const) : []),
    ])
    const label = [`${OWNER_LABEL}=${cluster.owner}`]
    this.#watch = new EngineWatch({
      engine,
      socketPath: options.socketPath,
      clock,
      filters: { type: ['container'], event: ['die'], label },
      onEvent: (event) => this.#onEvent(event),
      onResume: () => this.#onResume(),
      onWarning,
    })
  }

  resolveImage(image: string): ImageConfig | undefined {
    return this.#images.resolve(image)
  }

  prepareImage(image: string, options: PrepareImageOptions): Promise<PreparedImage> {
    return this.#images.prepare(image, options)
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    const { id: uid, hostname, name, shareProcessNamespace = false } = config
    invariant(!this.#pods.has(uid), `sandbox ${uid} exists already`)
    const { engine, owner, network, pauseImage: image } = this.#cluster
    const pod = { image, network: network.id, hostname, uid, owner }
    const holder = startHolder(engine, this.#nextName(name), pod)
    const sharesProcesses = shareProcessNamespace
    this.#pods.set(uid, { sharesProcesses, holder, containers: new Set(), memory: new Set() })
    try {
      return { ip: (await holder).ip }
    } catch (error) {
      this.#pods.delete(uid)
      throw error
    }
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    const pod = this.#pods.get(sandboxId)
    if (pod === undefined) return
    this.#pods.delete(sandboxId)
    await this.#destroy(pod)
  }

  async startContainer(
    config: ContainerConfig,
    onExit: (exit: ContainerExit) => void,
  ): Promise<DockerContainer> {
    const pod = this.#pods.get(config.sandboxId)
    if (pod === undefined) throw new ContainerStartError(`sandbox ${config.sandboxId} is gone`)
    const { image } = config
    if (image === undefined) throw new ContainerStartError('Docker needs an image')
    const container = new DockerContainer(this.#world, config, onExit)
    pod.containers.add(container)
    this.#containers.set(config.id, container)
    void container.ended.then(() => {
      pod.containers.delete(container)
      this.#containers.delete(config.id)
    })
    const { id: holderId } = await pod.holder
    const labels = { [OWNER_LABEL]: this.#cluster.owner, [POD_LABEL]: config.sandboxId }
    const { sharesProcesses } = pod
    const specification = containerSpecification(config, image, {
      holderId,
      sharesProcesses,
      processesOf: this.#containers.get(config.processesOf ?? '')?.engineId,
      labels,
      mounts: this.#memory.translate(config.mounts ?? [], (directory) => pod.memory.add(directory)),
    })
    await container.start(this.#nextName(config.name), specification)
    return container
  }

  signalContainer(containerId: string, signal: string): boolean {
    return this.#containers.get(containerId)?.signal(signal) ?? false
  }

  async exec(
    containerId: string,
    command: readonly string[],
    limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<ExecResult> {
    const container = this.#containers.get(containerId)
    if (container === undefined || !container.isRunning) return NOT_RUNNING
    return runExec(this.#world, { ...doorOf(container), command, ...limits })
  }

  async openExec(
    containerId: string,
    command: readonly string[],
    options: Parameters<Runtime['openExec']>[2],
    handlers: StreamHandlers,
  ): Promise<OpenStreams> {
    const container = this.#running(containerId)
    try {
      const request = { ...doorOf(container), command, ...options }
      return await openExecStreams(this.#world, request, handlers)
    } catch (error) {
      if (error instanceof EngineError) throw new ContainerGoneError(error.message)
      throw error
    }
  }

  async attach(containerId: string, handlers: StreamHandlers): Promise<OpenStreams> {
    return this.#running(containerId).attach(handlers)
  }

  async openLoopback(
    sandboxId: string,
    port: number,
    handlers: StreamHandlers,
  ): Promise<OpenStreams> {
    const pod = this.#pods.get(sandboxId)
    if (pod === undefined) throw new PortRefusedError(`sandbox ${sandboxId} is gone`)
    const { ip } = await pod.holder
    try {
      return await openConnectionStreams(this.#options.network, { host: ip, port }, port, handlers)
    } catch (error) {
      // It may listen on the loopback only, which is reached from inside.
      const running = [...pod.containers].find(({ isRunning }) => isRunning)
      if (!(error instanceof PortRefusedError) || running === undefined) throw error
      const request = { ...doorOf(running), command: loopbackScript(port) }
      return openInsideLoopback(this.#world, request, { handlers, refused: error })
    }
  }

  readLog(
    logPath: string,
    range: { readonly offset: number; readonly bytesMax: number },
  ): Promise<Uint8Array> {
    return this.#world.logs.read(logPath, range)
  }

  logSize(logPath: string): Promise<number | undefined> {
    return this.#world.logs.sizeOf(logPath)
  }

  logStart(logPath: string): Promise<LogStart> {
    return this.#world.logs.startOf(logPath)
  }

  async listeningPorts(sandboxId: string): Promise<readonly number[]> {
    return listeningPortsOf(await this.#socketsOf(sandboxId))
  }

  async portUse(sandboxId: string): Promise<PortUse> {
    return portUseOf(await this.#socketsOf(sandboxId))
  }

  mountMemory(
    directory: string,
    { sizeBytes }: { readonly sizeBytes: number | undefined },
  ): Promise<boolean> {
    return this.#memory.mount(directory, sizeBytes)
  }

  async stop(): Promise<void> {
    const pods = [...this.#pods.values()]
    this.#pods.clear()
    await Promise.all(pods.map((pod) => this.#destroy(pod)))
    await this.#memory.removeAll()
    this.#watch.stop()
    const { engine, network } = this.#cluster
    const { clock, files } = this.#options
    await closeNetwork({ engine, clock, files, onWarning: this.#world.onWarning }, network)
    await engine.close()
  }

  #running(containerId: string): DockerContainer {
    const container = this.#containers.get(containerId)
    if (container?.isRunning === true) return container
    throw new ContainerGoneError(`container ${containerId} is not running`)
  }

  async #destroy({ containers, holder, memory }: Pod): Promise<void> {
    await Promise.all([...containers].map((container) => container.kill()))
    await this.#memory.remove(memory)
    const made = await holder.catch(() => undefined)
    if (made === undefined) return
    const path = `/containers/${made.id}?force=1&v=1`
    await removeOrTell(this.#cluster.engine, path, this.#world.onWarning)
  }

  #onResume(): void {
    for (const container of this.#containers.values()) {
      // One that cannot be looked at is looked at after the next break.
      void container.look().catch(() => undefined)
    }
  }

  #onEvent(event: Fields): void {
    const id = textOf(fieldsOf(event['Actor'])['ID'])
    for (const container of this.#containers.values()) {
      if (container.engineId === id) container.died()
    }
  }

  #nextName(what: string): string {
    return `${this.#cluster.name}-${++this.#made}-${what.replaceAll(/[^a-zA-Z0-9_.-]/g, '-')}`
  }

  /** Only where hitless sees the processes of the engine, which is on the same machine as a rule. */
  async #socketsOf(sandboxId: string): Promise<PodSockets> {
    const { files } = this.#options
    const pod = this.#pods.get(sandboxId)
    // What holds its network goes on without containers.
    const isRunning = pod !== undefined && [...pod.containers].some((other) => other.isRunning)
    const processId = isRunning ? (await pod.holder).processId : undefined
    return { files, processId, isOwn: ({ address }) => address !== RESOLVER_ADDRESS }
  }
}

function doorOf({ engineId, config }: DockerContainer) {
  return { containerId: engineId, env: config.env }
}
