import { HitlessError } from '../base/error.ts'
import { invariant } from '../base/invariant.ts'
import { podPort, translate, type Addressing } from '../world/addressing.ts'
import type { Clock } from '../world/clock.ts'
import type { Files } from '../world/files.ts'
import type { Network } from '../world/network.ts'
import type { Processes } from '../world/processes.ts'
import { execCommand, streamedExecCommand, watchdogCommand } from './loopback/commands.ts'
import { LoopbackContainer, type LoopbackWorld } from './loopback/container.ts'
import { programEnvironment } from './loopback/environment.ts'
import { countHeldConnections, SOCKET_BYTES_MAX } from './process/held-connections.ts'
import { NOT_RUNNING, runExec } from './process/run-exec.ts'
import { parseListeningSockets, type ListeningSocket } from './process/listening-sockets.ts'
import { OnceEach } from './process/once-each.ts'
import { PortGuards } from './loopback/port-guards.ts'
import { SETUP_SCRIPT, parseMachine, type LoopbackMachine } from './loopback/tools.ts'
import { WildcardOwners } from './loopback/wildcard-owners.ts'
import { CommandStreams } from './process/command-streams.ts'
import { openConnectionStreams } from './process/connection-streams.ts'
import { ContainerLogs } from './process/container-logs.ts'
import { OutputPipes } from './process/output-pipes.ts'
import { DEFAULT_POD_CIDR, PodAddresses, formatIpv4 } from './process/pod-addresses.ts'
import { SCRIPT_ENVIRONMENT } from './process/shell.ts'
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
  type Runtime,
  type RuntimeGap,
  type Sandbox,
  type SandboxConfig,
  type StreamHandlers,
} from './runtime.ts'

export interface LoopbackRuntimeOptions {
  readonly processes: Processes
  readonly files: Files
  readonly clock: Clock
  /** Of the operating system itself: addresses of the cluster are translated in here. */
  readonly network: Network
  readonly images: (image: string) => ImageConfig | undefined
  readonly onWarning?: (message: string) => void
  /** Ranges of addresses within one network of 16 bits, one for each node of this machine. Default 10.244.0.0/16. */
  readonly podCidrs?: readonly string[]
  /** `ports` where a system has one loopback address only. Default: as this one is. */
  readonly by?: Addressing['by']
}

/**
 * Containers as plain processes of this machine, without namespaces: for machines that allow none, and macOS. A pod is an
 * address of the loopback network, on which its programs listen by convention (`HOST`).
 */
export async function startLoopbackRuntime(options: LoopbackRuntimeOptions): Promise<Runtime> {
  const { processes } = options
  const setup = await processes.run(['/bin/sh', '-c', SETUP_SCRIPT], {
    timeoutMs: COMMAND_TIMEOUT_MS,
    env: SCRIPT_ENVIRONMENT,
  })
  const machine = parseMachine(setup.stdout)
  if (machine === undefined) {
    throw new HitlessError('loopback-setup', `processes cannot be set up: ${setup.stderr.trim()}`, {
      exitCode: 3,
      hint: 'Look whether the temporary directory can be written (TMPDIR).',
    })
  }
  return new LoopbackRuntime(options, machine)
}

const COMMAND_TIMEOUT_MS = 10_000
/** Listening sockets come first in /proc/net/tcp: room for a hundred of them, and where that is not enough a thousand. */
const LISTENING_BYTES = [16 * 1024, 160 * 1024] as const
const SOCKET_TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const

/** What every container has, and few programs look for. */
const USUAL_MOUNTS: ReadonlySet<string> = new Set([
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/dev/termination-log',
  '/var/run/secrets/kubernetes.io/serviceaccount',
])

interface Pod {
  readonly ip: string
  readonly address: number
  readonly containers: Set<LoopbackContainer>
  readonly giveBackPorts: () => Promise<void>
}

class LoopbackRuntime implements Runtime {
  readonly description: string
  readonly addressing: Addressing
  readonly portUse?: (sandboxId: string) => Promise<PortUse>
  readonly gaps: ReadonlySet<RuntimeGap> = new Set<RuntimeGap>([
    'process-namespaces',
    'port-space',
    'hostnames',
    'exact-environment',
    'mounts',
    'root-directories',
    'users',
    'limits',
  ])
  readonly #options: LoopbackRuntimeOptions
  readonly #machine: LoopbackMachine
  readonly #world: LoopbackWorld
  readonly #warnings: OnceEach
  readonly #addresses: PodAddresses
  readonly #guards: PortGuards
  readonly #owners: WildcardOwners
  readonly #pods = new Map<string, Pod>()
  readonly #containers = new Map<string, LoopbackContainer>()
  #looking: Promise<readonly ListeningSocket[]> | undefined
  readonly #watchdog: { readonly ended: Promise<void>; readonly end: () => void }

  constructor(options: LoopbackRuntimeOptions, machine: LoopbackMachine) {
    const { processes, files, clock, onWarning = () => undefined } = options
    const { directory, tools, isLinux, lowestPort } = machine
    this.#options = options
    this.#machine = machine
    this.#warnings = new OnceEach(onWarning)
    const pipes = new OutputPipes(processes, directory)
    const logs = new ContainerLogs(files)
    this.#world = { processes, files, logs, clock, tools, pipes, onWarning }
    this.#addresses = new PodAddresses(options.podCidrs ?? [DEFAULT_POD_CIDR])
    this.addressing = {
      serviceNetwork: '10.96.',
      podNetwork: formatIpv4(this.#addresses.gateway).replace(/\d+\.\d+$/, ''),
      by: options.by ?? (isLinux ? 'addresses' : 'ports'),
      lowestPort,
    }
    // Pods that share one address share its connections.
    if (isLinux && this.addressing.by === 'addresses') this.portUse = (id) => this.#portUse(id)
    this.description =
      this.addressing.by === 'addresses'
        ? `pods as plain processes, an address ${this.addressing.podNetwork?.replace(/^\d+/, '127')}x.y each`
        : 'pods as plain processes, a port of 127.0.0.1 each'
    this.#guards = new PortGuards(options.network, (port) =>
      this.#warnings.tell(
        `another program of this machine listens on all addresses at port ${port}: pods cannot listen there`,
      ),
    )
    this.#owners = new WildcardOwners(processes, tools, directory)
    this.#watchdog = this.#startWatchdog()
  }

  resolveImage(image: string): ImageConfig | undefined {
    return this.#options.images(image)
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    invariant(!this.#pods.has(config.id), `sandbox ${config.id} exists already`)
    const address = this.#addresses.take(config.podCidr)
    if (address === undefined) {
      throw new HitlessError('no-pod-address', 'all addresses of the pod network are in use', {
        exitCode: 3,
        hint: 'Run fewer pods.',
      })
    }
    const ip = formatIpv4(address)
    const guarded = this.addressing.by === 'addresses' ? (config.ports ?? []) : []
    const taken = this.#guards.take(guarded)
    const giveBackPorts = async () => (await taken)()
    this.#pods.set(config.id, { ip, address, containers: new Set(), giveBackPorts })
    await taken
    return { ip }
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
  ): Promise<LoopbackContainer> {
    const pod = this.#pods.get(config.sandboxId)
    if (pod === undefined) throw new ContainerStartError(`sandbox ${config.sandboxId} is gone`)
    this.#tellWhatIsMissing(config)
    const marker = `${this.#machine.directory}/${config.id}.`
    const env = programEnvironment(config.env, { ip: pod.ip, marker }, this.addressing)
    const container = new LoopbackContainer(this.#world, config, { marker, env }, onExit)
    pod.containers.add(container)
    this.#containers.set(config.id, container)
    void container.ended.then(() => {
      pod.containers.delete(container)
      this.#containers.delete(config.id)
    })
    await container.start()
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
    const { processes, tools } = this.#world
    return runExec(processes, execCommand(tools, container.config, command, container.env), limits)
  }

  async openExec(
    containerId: string,
    command: readonly string[],
    { stdin, ...options }: Parameters<Runtime['openExec']>[2],
    handlers: StreamHandlers,
  ): Promise<OpenStreams> {
    const { config, env } = this.#running(containerId)
    const exec = { command, ...options }
    const streamed = streamedExecCommand(this.#world.tools, config, exec, env)
    return new CommandStreams(this.#world, { command: streamed, stdin }, handlers)
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
    const target = translate({ host: pod.ip, port }, this.addressing)
    return openConnectionStreams(this.#options.network, target, port, handlers)
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
    const pod = this.#pods.get(sandboxId)
    if (pod === undefined || ![...pod.containers].some(({ isRunning }) => isRunning)) return []
    return this.#portsOf(sandboxId, pod, await this.#listeningSockets())
  }

  async #portUse(sandboxId: string): Promise<PortUse> {
    const pod = this.#pods.get(sandboxId)
    const isRunning = pod !== undefined && [...pod.containers].some((other) => other.isRunning)
    if (!isRunning) return { listening: [], connections: new Map(), isCut: false }
    const tables = await Promise.all(
      SOCKET_TABLES.map((path) => this.#readStart(path, SOCKET_BYTES_MAX)),
    )
    const { host } = translate({ host: pod.ip, port: 0 }, this.addressing)
    return {
      listening: await this.#portsOf(sandboxId, pod, tables.flatMap(parseListeningSockets)),
      // The other ends are in the same tables: only what has the pod's address is its own.
      connections: countHeldConnections(tables, ({ address }) => address === host),
      isCut: tables.some(({ length }) => length === SOCKET_BYTES_MAX),
    }
  }

  async #portsOf(
    sandboxId: string,
    pod: Pod,
    sockets: readonly ListeningSocket[],
  ): Promise<readonly number[]> {
    const { host } = translate({ host: pod.ip, port: 0 }, this.addressing)
    const isOwn =
      this.addressing.by === 'addresses'
        ? ({ address }: ListeningSocket) => address === host
        : ({ port }: ListeningSocket) => port === podPort(pod.ip)
    const ports = new Set(sockets.filter(isOwn).map(({ port }) => port))
    const wildcards = sockets.filter(({ address }) => address === undefined)
    this.#owners.keepOnly(wildcards)
    for (const socket of wildcards) {
      const owner = this.#containers.get((await this.#owners.ownerOf(socket)) ?? '')
      if (owner === undefined || this.addressing.by === 'ports') continue
      this.#warnings.tell(
        `container ${owner.config.name} listens on all addresses at port ${socket.port}, and so answers for other pods too: let it listen on $HOST`,
      )
      if (owner.config.sandboxId === sandboxId) ports.add(socket.port)
    }
    return [...ports].sort((a, b) => a - b)
  }

  async stop(): Promise<void> {
    const pods = [...this.#pods.values()]
    this.#pods.clear()
    await Promise.all(pods.map((pod) => this.#destroy(pod)))
    this.#watchdog.end()
    await this.#watchdog.ended
  }

  #running(containerId: string): LoopbackContainer {
    const container = this.#containers.get(containerId)
    if (container?.isRunning === true) return container
    throw new ContainerGoneError(`container ${containerId} is not running`)
  }

  async #destroy(pod: Pod): Promise<void> {
    await Promise.all([...pod.containers].map((container) => container.kill()))
    await pod.giveBackPorts()
    this.#addresses.giveBack(pod.address)
  }

  #startWatchdog() {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const { processes, tools } = this.#world
    const watchdog = processes.spawn(
      {
        command: watchdogCommand(tools, this.#machine.directory),
        env: SCRIPT_ENVIRONMENT,
        stdin: true,
      },
      { onOutput: () => undefined, onExit: () => resolve() },
    )
    return { ended, end: () => watchdog.endInput() }
  }

  /** Elsewhere than on Linux nothing is seen, and nothing is said to listen. */
  #listeningSockets(): Promise<readonly ListeningSocket[]> {
    if (!this.#machine.isLinux) return Promise.resolve([])
    // Pods that look at the same time see the same.
    this.#looking ??= this.#readSockets().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #readSockets(): Promise<readonly ListeningSocket[]> {
    const sockets: ListeningSocket[] = []
    for (const path of SOCKET_TABLES) {
      for (const bytesMax of LISTENING_BYTES) {
        const text = await this.#readStart(path, bytesMax)
        const found = parseListeningSockets(text)
        const isWhole = text.length < bytesMax || found.length < text.split('\n').length - 2
        if (isWhole || bytesMax === LISTENING_BYTES[1]) {
          sockets.push(...found)
          break
        }
      }
    }
    return sockets
  }

  /** The kernel may be without IPv6: no such socket is listening then. */
  async #readStart(path: string, bytesMax: number): Promise<string> {
    try {
      return await this.#world.files.readText(path, { bytesMax })
    } catch {
      return ''
    }
  }

  #tellWhatIsMissing({ name, rootDirectory, mounts = [], user, limits }: ContainerConfig): void {
    if (rootDirectory !== undefined) {
      throw new ContainerStartError(
        'a root file system of its own needs the runtime sandbox or docker',
      )
    }
    const tell = (what: string) =>
      this.#warnings.tell(`not applied by the runtime loopback: ${what}`)
    for (const { target } of mounts) {
      if (!USUAL_MOUNTS.has(target)) tell(`${target} of container ${name}, which is not mounted`)
    }
    if (user !== undefined) tell('users and groups; containers run as the user who runs hitless')
    if (limits !== undefined) tell('limits of memory and CPU')
  }
}
