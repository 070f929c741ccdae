import type { Addressing } from '../world/addressing.ts'

/**
 * Containers as processes: the contract between the node agent and what runs containers, as the
 * Container Runtime Interface is for the kubelet. It knows pods as sandboxes, containers as
 * processes with an exit; restarts, probes, hooks and grace periods are the node's.
 */
export interface Runtime {
  /** For people: `pods in Linux namespaces (rootless)`. */
  readonly description: string
  /** An address of this machine that pods reach; absent where they reach its loopback itself. */
  readonly hostAddress?: string
  /** Where addresses of pods and Services really are. Absent: there. */
  readonly addressing?: Addressing
  /** What is not as on a Kubernetes node; the contract's tests ask for nothing else. Absent: nothing. */
  readonly gaps?: ReadonlySet<RuntimeGap>
  /** What an image name stands for on this machine. */
  resolveImage(image: string): ImageConfig | undefined
  /**
   * Fetches an image that is not there, so that `resolveImage` knows it. Rejects with ImagePullError. Absent: what
   * `resolveImage` does not know cannot be had.
   */
  prepareImage?(image: string, options: PrepareImageOptions): Promise<PreparedImage>
  /**
   * What an earlier run has left running in the same place, whoever asks and however often. Absent: nothing outlives a
   * run. Each of them is removed by `removeSandbox`, as those are that this run makes.
   */
  adopt?(): Promise<readonly AdoptedSandbox[]>
  /** `onExit` as of `startContainer`, for an adopted container that was running; at once when it has ended since. */
  followContainer?(containerId: string, onExit: (exit: ContainerExit) => void): void
  /** Makes the pod's network and host name, shared by its containers and kept over their restarts. */
  createSandbox(sandbox: SandboxConfig): Promise<Sandbox>
  /** Ends what still runs in it (SIGKILL) and removes it. Removing what is not there is fine. */
  removeSandbox(sandboxId: string): Promise<void>
  /**
   * Starts a container's process. Rejects with ContainerStartError when its program cannot be run.
   * `onExit` is called once, after its output is complete.
   */
  startContainer(
    config: ContainerConfig,
    onExit: (exit: ContainerExit) => void,
  ): Promise<RunningContainer>
  /** Signals process 1 of the container; false when it has ended. */
  signalContainer(containerId: string, signal: string): boolean
  /** Runs a command inside a running container. At the timeout, and when `signal` aborts, it is killed. */
  exec(
    containerId: string,
    command: readonly string[],
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<ExecResult>
  /**
   * Starts a command inside a running container, with streams. A command that cannot be run ends with `error`;
   * rejects with ContainerGoneError when the container does not run.
   */
  openExec(
    containerId: string,
    command: readonly string[],
    options: {
      readonly stdin: boolean
      readonly tty: boolean
      /** Of the terminal, from the start. */
      readonly size?: { readonly columns: number; readonly rows: number }
    },
    handlers: StreamHandlers,
  ): Promise<OpenStreams>
  /**
   * Joins the output of the container's own process, from now on, and its input where it was started with
   * `stdin`. Pausing leaves output out: the process is not to be held up. Rejects with ContainerGoneError.
   */
  attach(containerId: string, handlers: StreamHandlers): Promise<OpenStreams>
  /**
   * Connects to a port on the sandbox's loopback: what comes from it is `stdout`. The end of our side is not passed on.
   * Rejects with PortRefusedError when nobody listens there.
   */
  openLoopback(sandboxId: string, port: number, handlers: StreamHandlers): Promise<OpenStreams>
  /**
   * A part of a container's log, in the CRI format; empty behind its end, where it was rotated away, and where there
   * is none. `offset` counts from its first byte.
   */
  readLog(
    logPath: string,
    range: { readonly offset: number; readonly bytesMax: number },
  ): Promise<Uint8Array>
  /** In bytes, so far, with what was rotated away; undefined where there is none (any more). */
  logSize(logPath: string): Promise<number | undefined>
  /** Which part of a log there still is. */
  logStart(logPath: string): Promise<LogStart>
  /** TCP ports that any process in the sandbox listens on, ascending. */
  listeningPorts(sandboxId: string): Promise<readonly number[]>
  /** The same with connections, at one moment: a longer look. Absent: connections cannot be seen. */
  portUse?(sandboxId: string): Promise<PortUse>
  /**
   * Makes a directory a file system in memory, which containers find that mount it; one that is so already stays. False
   * where that cannot be had, said once. Absent: likewise.
   */
  mountMemory?(
    directory: string,
    options: { readonly sizeBytes: number | undefined },
  ): Promise<boolean>
  /** Undoes it for the directory and all below it. */
  unmountMemory?(directory: string): Promise<void>
  /** Frees everything. Nothing of the runtime is left afterwards. */
  stop(): Promise<void>
}

export interface PortUse {
  /** As of `listeningPorts`. */
  readonly listening: readonly number[]
  /** By their own port, how many connections programs of the sandbox hold, those that they have made included. */
  readonly connections: ReadonlyMap<number, number>
  /** There were too many to look at all: those of ports that are missing are unknown. */
  readonly isCut: boolean
}

export type RuntimeGap =
  /** Containers see all processes; a signal without a handler ends its program, and none is process 1. */
  | 'process-namespaces'
  /** Pods share all ports but those of their own address, and have no loopback of their own. */
  | 'port-space'
  | 'hostnames'
  /** Programs find a few variables more than the manifest gives them. */
  | 'exact-environment'
  /** A working directory that is missing is made, and no error. */
  | 'missing-directories'
  /** Pods do not reach Services by their addresses; this machine does. */
  | 'service-addresses'
  /** Which of two lines came first is not kept where one is of stdout and the other of stderr. */
  | 'stream-order'
  | 'mounts'
  | 'root-directories'
  | 'users'
  | 'limits'

export interface PrepareImageOptions {
  readonly mayPull: boolean
  /** Also one that is there, and came from a registry, is fetched anew. Default false. */
  readonly isPulledAgain?: boolean
  /** Called before it takes long. */
  readonly onPulling: () => void
}

/** How an image came to be there. */
export type PreparedImage =
  | { readonly kind: 'present' }
  | { readonly kind: 'pulled'; readonly tookMs: number; readonly sizeBytes: number }

/** In bytes from the first one that was written; 0 until a log is rotated. */
export interface LogStart {
  /** Where the oldest file that is still there begins. */
  readonly kept: number
  /** Where the newest file begins: `kubectl logs` shows no more than that. */
  readonly newest: number
}

/** How an image runs as a process; a manifest's command, args, env and workingDir win over it. */
export interface ImageConfig {
  /** An image archive's ENTRYPOINT; of a mapped image the whole command. */
  readonly command: readonly string[]
  /** An image archive's CMD: arguments that the manifest's command or args replace. Default none. */
  readonly defaultArgs?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** An absolute path. */
  readonly workingDir: string
  readonly stopSignal?: string
  /** The directory that is `/` of its containers, absolute. Absent: this machine's own root. */
  readonly rootDirectory?: string
  /** `USER[:GROUP]`, names or numbers, of the image's own configuration. */
  readonly user?: string
}

export interface SandboxConfig {
  /** The pod's UID. */
  readonly id: string
  readonly namespace: string
  readonly name: string
  readonly hostname: string
  /** All containers see each other's processes; none of theirs is process 1. Default false. */
  readonly shareProcessNamespace?: boolean
  /** The range of its node, one of those that the runtime was started with: its address is of that one. Absent: of the first. */
  readonly podCidr?: string
  /** TCP ports that its containers name. Absent: unknown. */
  readonly ports?: readonly number[]
}

export interface Sandbox {
  readonly ip: string
}

/** A sandbox that an earlier run has made. */
export interface AdoptedSandbox {
  readonly id: string
  readonly ip: string
  readonly containers: readonly AdoptedContainer[]
}

export interface AdoptedContainer {
  readonly config: ContainerConfig
  readonly processId: number
  /** Wall time in milliseconds, as all times here. */
  readonly startedMs: number
  /** The newest signal that it was sent, but for SIGKILL. */
  readonly signalled?: { readonly signal: string; readonly atMs: number }
  /** The earlier run has seen its end. Absent: `followContainer` tells it. */
  readonly exit?: ContainerExit
}

export interface ContainerConfig {
  /** Unique over restarts. */
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  /** As the manifest names it. Absent: only what is said here counts. */
  readonly image?: string
  /** Complete: entrypoint and arguments. */
  readonly command: readonly string[]
  /** Complete: nothing of hitless's own environment is added but PATH where it is missing. */
  readonly env: Readonly<Record<string, string>>
  readonly workingDir: string
  /** The id of another container of the sandbox, whose processes it sees and whose end it shares. */
  readonly processesOf?: string
  /** Its stdin stays open for those who attach; else it is at its end. */
  readonly stdin?: boolean
  /** Absent: the machine's own root. What a container writes there is its own, and gone with it. */
  readonly rootDirectory?: string
  /** In this order: a later one may lie inside an earlier one. */
  readonly mounts?: readonly Mount[]
  readonly user?: ContainerUser
  readonly limits?: ResourceLimits
  /** The file to which stdout and stderr are appended, in the CRI log format; its directories are made. */
  readonly logPath: string
}

/** A file or directory of this machine that a container sees at a place of its own. */
export interface Mount {
  /** Absolute, and there. */
  readonly source: string
  /** Absolute, inside the container. Made when it is missing, without a trace outside the container. */
  readonly target: string
  readonly readOnly: boolean
}

export interface ContainerUser {
  readonly uid: number
  readonly gid: number
  readonly supplementalGroups: readonly number[]
}

/** Where the machine lets them be enforced; a runtime that cannot says so once. */
export interface ResourceLimits {
  readonly memoryBytes?: number
  readonly cpuMillis?: number
}

export type LimitedResource = 'memory' | 'cpu'

export interface RunningContainer {
  /** The process id as hitless sees it. */
  readonly processId: number
  /** Limits of it that this machine does not enforce. Absent: none. */
  readonly unenforced?: readonly LimitedResource[]
}

export interface ContainerExit {
  /** 128 + signal number when a signal ended it, as container runtimes report it. */
  readonly exitCode: number
  readonly signal?: string
  /** The kernel ended it because it needed more than its memory limit. */
  readonly isOutOfMemory?: boolean
  /** Up to 2 KiB of what it wrote last. */
  readonly lastOutput: string
  /** Of one that ended while nobody looked: wall time in milliseconds. Absent: now. */
  readonly endedMs?: number
}

export interface ExecResult {
  readonly exitCode: number
  /** stdout and stderr, 10 KiB at most. */
  readonly output: string
  readonly timedOut: boolean
}

/** What streams tell whoever opened them. */
export interface StreamHandlers {
  /** `bytes` may be kept. */
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  /** `writeInput` returned false before, and there is room again. */
  onDrain(): void
  /** Once, after the last output. */
  onEnd(end: StreamEnd): void
}

export interface StreamEnd {
  /** 128 + signal number when a signal ended it. Of what is no command, 0. */
  readonly exitCode: number
  /** Why there was nothing to stream at all, in the words of container runtimes. */
  readonly error?: string
}

export interface OpenStreams {
  /** Queues bytes. False: more than the system takes at once waits; stop until `onDrain`. */
  writeInput(bytes: Uint8Array): boolean
  endInput(): void
  /** Back-pressure on output. */
  pause(): void
  resume(): void
  /** Nothing is told any more; a command is ended (SIGKILL). */
  stop(): void
  /** Of a terminal; nothing else has a size. */
  resize(size: { readonly columns: number; readonly rows: number }): void
}

/** Nobody listens on that port. */
export class PortRefusedError extends Error {
  override readonly name = 'PortRefusedError'
}

/** An image is not there and cannot be fetched; the message is the reason alone. */
export class ImagePullError extends Error {
  override readonly name = 'ImagePullError'
}

/** The container has ended, or was never there. */
export class ContainerGoneError extends Error {
  override readonly name = 'ContainerGoneError'
}

/** The program is missing or not executable: Kubernetes' StartError, exit code 128. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError'
}
