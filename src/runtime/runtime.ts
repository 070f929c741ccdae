/**
 * Containers as processes: the contract between the node agent and what runs containers, as the
 * Container Runtime Interface is for the kubelet. It knows pods as sandboxes, containers as
 * processes with an exit; restarts, probes, hooks and grace periods are the node's.
 */
export interface Runtime {
  /** For people: `pods in Linux namespaces (rootless)`. */
  readonly description: string
  /** What an image name stands for on this machine. */
  resolveImage(image: string): ImageConfig | undefined
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
  /** Runs a command inside a running container. At the timeout it is killed. */
  exec(
    containerId: string,
    command: readonly string[],
    options: { readonly timeoutMs: number },
  ): Promise<ExecResult>
  /** TCP ports that any process in the sandbox listens on, ascending. */
  listeningPorts(sandboxId: string): Promise<readonly number[]>
  /** Frees everything. Nothing of the runtime is left afterwards. */
  stop(): Promise<void>
}

/** How an image runs as a process; a manifest's command, args, env and workingDir win over it. */
export interface ImageConfig {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** An absolute path. */
  readonly workingDir: string
  readonly stopSignal?: string
}

export interface SandboxConfig {
  /** The pod's UID. */
  readonly id: string
  readonly namespace: string
  readonly name: string
  readonly hostname: string
}

export interface Sandbox {
  readonly ip: string
}

export interface ContainerConfig {
  /** Unique over restarts. */
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  /** Complete: entrypoint and arguments. */
  readonly command: readonly string[]
  /** Complete: nothing of hitless's own environment is added but PATH where it is missing. */
  readonly env: Readonly<Record<string, string>>
  readonly workingDir: string
  /** The file to which stdout and stderr are appended, in the CRI log format; its directories are made. */
  readonly logPath: string
}

export interface RunningContainer {
  /** The process id as hitless sees it. */
  readonly processId: number
}

export interface ContainerExit {
  /** 128 + signal number when a signal ended it, as container runtimes report it. */
  readonly exitCode: number
  readonly signal?: string
  /** Up to 2 KiB of what it wrote last. */
  readonly lastOutput: string
}

export interface ExecResult {
  readonly exitCode: number
  /** stdout and stderr, 10 KiB at most. */
  readonly output: string
  readonly timedOut: boolean
}

/** The program is missing or not executable: Kubernetes' StartError, exit code 128. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError'
}
