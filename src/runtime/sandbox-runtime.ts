import { HitlessError } from '../base/error.ts'
import { invariant } from '../base/invariant.ts'
import type { Clock } from '../world/clock.ts'
import type { Files } from '../world/files.ts'
import type { Processes } from '../world/processes.ts'
import {
  ContainerGoneError,
  ContainerStartError,
  PortRefusedError,
  type AdoptedContainer,
  type AdoptedSandbox,
  type ContainerConfig,
  type ContainerExit,
  type ExecResult,
  type ImageConfig,
  type LogStart,
  type OpenStreams,
  type PortUse,
  type Runtime,
  type Sandbox,
  type SandboxConfig,
  type StreamHandlers,
} from './runtime.ts'
import { NOT_RUNNING, runExec } from './process/run-exec.ts'
import { ContainerLogs } from './process/container-logs.ts'
import { OutputPipes } from './process/output-pipes.ts'
import { listeningPortsOf, portUseOf } from './process/pod-sockets.ts'
import { SCRIPT_ENVIRONMENT } from './process/shell.ts'
import { DEFAULT_POD_CIDR, PodAddresses, formatIpv4 } from './process/pod-addresses.ts'
import { openExecStreams, openLoopbackStreams } from './sandbox/command-streams.ts'
import type { Abilities } from './sandbox/abilities.ts'
import { Container, type ContainerWorld, type StartPlace } from './sandbox/container.ts'
import { execCommand } from './sandbox/container-commands.ts'
import { ContainerLimits } from './sandbox/container-limits.ts'
import { isOtherUser } from './sandbox/container-user-script.ts'
import { removeCgroupsScript } from './sandbox/limits.ts'
import { keptAbilities } from './sandbox/kept-abilities.ts'
import { mountMemory, unmountMemory } from './sandbox/memory-mounts.ts'
import { NODE_TEARDOWN_SCRIPT } from './sandbox/network-commands.ts'
import { COMMAND_TIMEOUT_MS, RECORD_DIRECTORY, setUpNode } from './sandbox/node-setup.ts'
import { PodNetworks } from './sandbox/pod-networks.ts'
import { PauseProcess } from './sandbox/pause-process.ts'
import { followPod, netnsOf, type Pod } from './sandbox/pod.ts'
import { Records, type KeptContainer } from './sandbox/records.ts'

export interface SandboxRuntimeOptions {
  readonly processes: Processes
  readonly files: Files
  readonly clock: Clock
  readonly images: (image: string) => ImageConfig | undefined
  /** Ranges of addresses, one for each node of this machine. Default 10.244.0.0/16. */
  readonly podCidrs?: readonly string[]
  /** Addresses of Services, which become addresses of this network namespace. Default 10.96.0.0/16. */
  readonly serviceCidr?: string
  readonly onWarning?: (message: string) => void
  /** The namespaces outlive this process, and what runs in them is to (`adopt`). Default false. */
  readonly kept?: boolean
}

/**
 * Containers as processes in Linux namespaces. The caller must already be in namespaces of its own
 * (`enterSandboxCommand`): this sets up their network and mounts a private /run. Rejects with
 * HitlessError `sandbox-setup` when that is refused.
 */
export async function startSandboxRuntime(options: SandboxRuntimeOptions): Promise<Runtime> {
  const { processes, files, kept = false, podCidrs = [DEFAULT_POD_CIDR] } = options
  const addresses = new PodAddresses(podCidrs)
  const { gateway } = addresses
  const network = { gateway, podCidrs, serviceCidr: options.serviceCidr ?? '10.96.0.0/16' }
  const { tools, user, pipeDirectory } = await setUpNode(processes, { network, kept })
  const world = {
    ...options,
    onWarning: options.onWarning ?? (() => undefined),
    tools,
    pipes: new OutputPipes(processes, pipeDirectory),
    logs: new ContainerLogs(files),
    ...(kept ? { records: new Records(files, RECORD_DIRECTORY) } : {}),
  }
  return new SandboxRuntime(world, {
    images: options.images,
    addresses,
    user,
    abilities: keptAbilities(processes, tools, world.records),
  })
}

const NO_OVERLAY =
  'the kernel lets hitless mount no overlay file system: what containers write to the machine’s directories is not their own, and volumes need a place that exists (Linux 5.11 or later, or root)'
const NO_IMAGE_ROOT =
  'the root directory of an image needs an overlay file system, which the kernel refuses here (Linux 5.11 or later, or root)'
const NO_USERS =
  'the kernel lets hitless make no user namespace in its own: runAsUser and an image’s USER are not applied'

class SandboxRuntime implements Runtime {
  readonly description: string
  readonly hostAddress: string
  readonly #world: ContainerWorld
  readonly #images: (image: string) => ImageConfig | undefined
  readonly #addresses: PodAddresses
  readonly #networks: PodNetworks
  readonly #abilities: Promise<Abilities>
  readonly #pods = new Map<string, Pod>()
  readonly #containers = new Map<string, Container>()
  readonly #told = new Set<string>()
  readonly #exits = new Map<string, Promise<ContainerExit>>()
  #adopted: Promise<readonly AdoptedSandbox[]> | undefined
  #created = 0

  constructor(
    world: ContainerWorld,
    {
      images,
      addresses,
      user,
      abilities,
    }: {
      readonly images: (image: string) => ImageConfig | undefined
      readonly addresses: PodAddresses
      readonly user: string
      readonly abilities: Promise<Abilities>
    },
  ) {
    this.description = `pods in Linux namespaces (${user})`
    this.#abilities = abilities
    this.#world = world
    this.#images = images
    this.#addresses = addresses
    this.#networks = new PodNetworks(world, addresses)
    this.hostAddress = formatIpv4(addresses.gateway)
  }

  resolveImage(image: string): ImageConfig | undefined {
    return this.#images(image)
  }

  adopt(): Promise<readonly AdoptedSandbox[]> {
    this.#adopted ??= this.#adoptAll()
    return this.#adopted
  }

  followContainer(containerId: string, onExit: (exit: ContainerExit) => void): void {
    void this.#exits.get(containerId)?.then(onExit)
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
    const [number, ip] = [++this.#created, formatIpv4(address)]
    const netns = netnsOf(number)
    const pause =
      config.shareProcessNamespace === true ? new PauseProcess(this.#world, netns) : undefined
    const created = this.#networks
      .create(netns, `veth${number}`, ip)
      .then(() => pause?.start(config.id))
    const { hostname } = config
    this.#pods.set(config.id, { netns, hostname, address, created, pause, containers: new Set() })
    try {
      await created
      const record = { config, number, address }
      await this.#world.records?.writePod({
        ...record,
        ...(pause?.record === undefined ? {} : { pause: pause.record }),
      })
    } catch (error) {
      // What is half made goes, so that the next attempt finds nothing.
      await this.removeSandbox(config.id)
      throw error
    }
    return { ip }
  }

  async removeSandbox(sandboxId: string): Promise<void> {
    const pod = this.#pods.get(sandboxId)
    if (pod === undefined) return
    this.#pods.delete(sandboxId)
    await this.#destroy([pod])
    await this.#world.records?.removePod(sandboxId)
    pod.pause?.release()
    this.#addresses.giveBack(pod.address)
  }

  async startContainer(
    config: ContainerConfig,
    onExit: (exit: ContainerExit) => void,
  ): Promise<Container> {
    const pod = this.#pods.get(config.sandboxId)
    if (pod === undefined) throw new ContainerStartError(`sandbox ${config.sandboxId} is gone`)
    const container = this.#addContainer(pod, config, onExit)
    await container.start(() => this.#placeOf(pod, config))
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
    return runExec(processes, execCommand(tools, container.entered, command), limits)
  }

  async openExec(
    containerId: string,
    command: readonly string[],
    options: Parameters<Runtime['openExec']>[2],
    handlers: StreamHandlers,
  ): Promise<OpenStreams> {
    const container = this.#running(containerId)
    return openExecStreams(this.#world, container, { command, ...options }, handlers)
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
    return openLoopbackStreams(this.#world, { netns: pod.netns, port }, handlers)
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
    return listeningPortsOf({ files: this.#world.files, processId: this.#processOf(sandboxId) })
  }

  async portUse(sandboxId: string): Promise<PortUse> {
    return portUseOf({ files: this.#world.files, processId: this.#processOf(sandboxId) })
  }

  async mountMemory(
    directory: string,
    { sizeBytes }: { readonly sizeBytes: number | undefined },
  ): Promise<boolean> {
    const refusal = await mountMemory(this.#world, directory, sizeBytes)
    if (refusal === undefined) return true
    this.#tell('the kernel lets hitless mount no tmpfs: volumes in memory are kept on the disk')
    return false
  }

  unmountMemory(directory: string): Promise<void> {
    return unmountMemory(this.#world, directory)
  }

  async stop(): Promise<void> {
    const pods = [...this.#pods.values()]
    this.#pods.clear()
    await this.#destroy(pods)
    const { cgroups } = await this.#abilities
    await this.#world.processes.run(
      ['/bin/sh', '-c', `${removeCgroupsScript(cgroups)}${NODE_TEARDOWN_SCRIPT}`],
      {
        timeoutMs: COMMAND_TIMEOUT_MS,
        env: SCRIPT_ENVIRONMENT,
      },
    )
  }

  #addContainer(
    pod: Pod,
    config: ContainerConfig,
    onExit: (exit: ContainerExit) => void,
  ): Container {
    const container = new Container(this.#world, config, onExit)
    pod.containers.add(container)
    this.#containers.set(config.id, container)
    void container.ended.then(() => {
      pod.containers.delete(container)
      this.#containers.delete(config.id)
    })
    return container
  }

  async #adoptAll(): Promise<readonly AdoptedSandbox[]> {
    const { records } = this.#world
    if (records === undefined) return []
    const sandboxes: AdoptedSandbox[] = []
    for (const processId of await records.dropBegun()) {
      this.#world.processes.signal(processId, 'SIGKILL')
    }
    const known = await records.readPods()
    await this.#networks.removeAllBut(known.map(({ number }) => netnsOf(number)))
    for (const record of known) {
      const { config, number, address } = record
      this.#created = Math.max(this.#created, number)
      const pod = followPod(this.#world, record)
      this.#pods.set(config.id, pod)
      this.#addresses.keep(address)
      const containers: AdoptedContainer[] = []
      for (const kept of await records.readContainers(config.id)) {
        const container = await this.#adoptContainer(pod, kept)
        if (container !== undefined) containers.push(container)
      }
      sandboxes.push({ id: config.id, ip: formatIpv4(address), containers })
    }
    return sandboxes
  }

  async #adoptContainer(pod: Pod, kept: KeptContainer): Promise<AdoptedContainer | undefined> {
    const { start, signalled, end } = kept
    const { config, startedMs } = start
    const adopted = { config, startedMs, ...(signalled && { signalled }) }
    if (end !== undefined) return { ...adopted, processId: kept.processId ?? 0, exit: end }
    const { promise, resolve } = Promise.withResolvers<ContainerExit>()
    const container = this.#addContainer(pod, config, resolve)
    container.follow(kept)
    const processId = await container.awaitStart()
    if (processId === undefined) return undefined
    this.#exits.set(config.id, promise)
    return { ...adopted, processId }
  }

  #running(containerId: string): Container {
    const container = this.#containers.get(containerId)
    if (container?.isRunning === true) return container
    throw new ContainerGoneError(`container ${containerId} is not running`)
  }

  /** What a container starts in; what this machine cannot give it is told once for all containers. */
  async #placeOf(pod: Pod, config: ContainerConfig): Promise<StartPlace> {
    const { plan, userSupport, cgroups } = await this.#abilities
    if (plan.overlayOptions === undefined) {
      if (config.rootDirectory !== undefined) throw new Error(NO_IMAGE_ROOT)
      this.#tell(NO_OVERLAY)
    }
    if (userSupport === 'none' && isOtherUser(config)) this.#tell(NO_USERS)
    if (pod.pause?.hasEnded === true) throw new Error('the processes of its pod have ended')
    const { limits, unenforced } = await ContainerLimits.make(this.#world, cgroups, config)
    for (const { resource, reason } of unenforced) {
      this.#tell(`limits are not enforced here (${resource}): ${reason}`)
    }
    return {
      netns: pod.netns,
      hostname: pod.hostname,
      sharedProcessId: pod.pause?.processId ?? this.#processIdOf(config.processesOf),
      plan,
      userSupport,
      limits,
      unenforced: unenforced.map(({ resource }) => resource),
      limitFiles: limits?.processFiles ?? [],
    }
  }

  #processIdOf(containerId: string | undefined): number | undefined {
    return containerId === undefined ? undefined : this.#running(containerId).processId
  }

  #tell(warning: string): void {
    if (this.#told.has(warning)) return
    this.#told.add(warning)
    this.#world.onWarning(warning)
  }

  /** Kills what runs in the pods. */
  async #destroy(pods: readonly Pod[]): Promise<void> {
    const containers = pods.flatMap((pod) => [...pod.containers])
    await Promise.all(containers.map((container) => container.kill()))
    const networks = await Promise.allSettled(pods.map((pod) => pod.created))
    await Promise.all(pods.map(async (pod) => pod.pause?.kill()))
    const areMade = networks.every(({ status }) => status === 'fulfilled')
    const whole = areMade && !pods.some(({ isAdopted }) => isAdopted === true)
    const names = pods.map((pod) => pod.netns)
    await this.#networks.remove(names, { isWhole: whole })
  }

  #processOf(sandboxId: string): number | undefined {
    const containers = [...(this.#pods.get(sandboxId)?.containers ?? [])]
    return containers.find(({ isRunning }) => isRunning)?.processId
  }
}
