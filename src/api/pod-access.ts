/**
 * What a kubelet offers the API server for a running pod: logs, commands, terminals and ports. The API
 * server asks for it by pod and container, whoever runs them.
 * https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/#control-plane-to-node
 */
export interface PodAccess {
  /** Ends when the log does, or, following, when the container's last run has ended. Rejects with ApiError. */
  openLog(target: ContainerTarget, options: LogOptions, sink: LogSink): Promise<OpenStream>
  /** Runs a command in the container, or (`command` absent) joins the streams of its own process. */
  openExec(target: ContainerTarget, options: ExecOptions, sink: ExecSink): Promise<OpenExec>
  /** Connects to a port on the pod's own loopback or address. Rejects with ApiError when nobody listens. */
  openPort(target: PodTarget, port: number, sink: PortSink): Promise<OpenPort>
}

export interface PodTarget {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export interface ContainerTarget extends PodTarget {
  readonly container: string
}

/** The query of `pods/log`, https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export interface LogOptions {
  readonly follow: boolean
  /** The run before the last restart. */
  readonly previous: boolean
  /** An RFC 3339 time with nanoseconds before each line. */
  readonly timestamps: boolean
  /** Milliseconds since the Unix epoch: only lines of that time and later. */
  readonly sinceMs?: number
  readonly tailLines?: number
  readonly limitBytes?: number
}

export interface LogSink {
  /** `bytes` may be kept. */
  onData(bytes: Uint8Array): void
  onEnd(): void
}

export interface OpenStream {
  /** Stops and goes on: back-pressure. */
  pause(): void
  resume(): void
  stop(): void
}

export interface ExecOptions {
  readonly command?: readonly string[]
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
  /** Of the terminal when the command starts; `resize` follows it. */
  readonly size?: TerminalSize
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface ExecSink {
  /** `writeInput` returned false before, and there is room again. */
  onDrain(): void
  /** `bytes` may be kept. */
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  /** Once, after the last output. `error`: the command could not be run at all. */
  onExit(end: { readonly exitCode: number; readonly error?: string }): void
}

export interface OpenExec extends OpenStream {
  /** Queues bytes. False: more than a few hundred kilobytes wait; stop until `onDrain`. */
  writeInput(bytes: Uint8Array): boolean
  endInput(): void
  resize(size: TerminalSize): void
}

export interface PortSink {
  /** `bytes` may be kept. */
  onData(bytes: Uint8Array): void
  /** `write` returned false before, and there is room again. */
  onDrain(): void
  onEnd(): void
  /** `error` in the words of the system, when it broke. */
  onClose(error?: string): void
}

export interface OpenPort extends OpenStream {
  /** Queues bytes. False: more than a few hundred kilobytes wait; stop until `onDrain`. */
  write(bytes: Uint8Array): boolean
  end(): void
}
