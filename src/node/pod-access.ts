import { ApiError } from '../api/api-error.ts'
import type {
  ContainerTarget,
  ExecOptions,
  ExecSink,
  LogOptions,
  LogSink,
  OpenExec,
  OpenPort,
  OpenStream,
  PodAccess,
  PodTarget,
  PortSink,
} from '../api/pod-access.ts'
import { ContainerGoneError, type Runtime, type StreamHandlers } from '../runtime/runtime.ts'
import type { Clock } from '../world/clock.ts'
import type { Network } from '../world/network.ts'
import { logPath } from './container/container-config.ts'
import { formatContainerId } from './pod/status.ts'
import { chooseRun } from './logs/chosen-run.ts'
import { LogReading } from './logs/log-reading.ts'
import { connectToPod } from './environment/pod-port.ts'
import type { PodView } from './pod/pod-view.ts'

export interface PodAccessOptions {
  readonly clock: Clock
  readonly network: Network
  readonly runtime: Runtime
  readonly logDirectory: string
  /** By UID; undefined for a pod that is not on this node. */
  readonly findPod: (uid: string) => PodView | undefined
  /** A pod that had ended before the node knew it. Only its logs are left. */
  readonly findEnded?: (target: PodTarget) => PodView | undefined
}

/** What a kubelet's own server offers the API server, for the pods of one node. */
export function newPodAccess(options: PodAccessOptions): PodAccess {
  return new NodePodAccess(options)
}

class NodePodAccess implements PodAccess {
  readonly #options: PodAccessOptions

  constructor(options: PodAccessOptions) {
    this.#options = options
  }

  async openLog(target: ContainerTarget, options: LogOptions, sink: LogSink): Promise<OpenStream> {
    const { runtime, logDirectory, findEnded } = this.#options
    const ended = findEnded?.(target)
    const found = ended ?? this.#find(target)
    const view = found.container(target.container)
    const { previous } = options
    const names = { pod: target.name, container: target.container, previous }
    const run = chooseRun(view?.record, names)
    if ('refusal' in run) throw new ApiError('BadRequest', run.refusal)
    const { containerId } = run
    const instance = { restart: restartOf(containerId), logDirectory }
    const path = logPath(found.pod, target.container, instance)
    if (ended !== undefined && (await runtime.logSize(path)) === undefined) {
      return tellLost(containerId, sink)
    }
    const log = {
      path,
      isGrowing: () => view?.runningId === containerId,
    }
    const reading = new LogReading(this.#options, log, options, sink)
    // The caller is to have the stream before anything arrives on it.
    void Promise.resolve().then(() => reading.run().catch(ignoreLostLog))
    return reading
  }

  async openExec(target: ContainerTarget, options: ExecOptions, sink: ExecSink): Promise<OpenExec> {
    const { runtime } = this.#options
    const containerId = this.#find(target).container(target.container)?.runningId
    if (containerId === undefined) throw containerNotFound(target)
    const handlers: StreamHandlers = {
      onOutput: (stream, bytes) => sink.onOutput(stream, bytes),
      onDrain: () => sink.onDrain(),
      onEnd: (end) => sink.onExit(end),
    }
    const { command, stdin, tty, size } = options
    try {
      return command === undefined
        ? await runtime.attach(containerId, handlers)
        : await runtime.openExec(
            containerId,
            command,
            { stdin, tty, ...(size === undefined ? {} : { size }) },
            handlers,
          )
    } catch (error) {
      if (error instanceof ContainerGoneError) throw containerNotFound(target)
      throw error
    }
  }

  async openPort(target: PodTarget, port: number, sink: PortSink): Promise<OpenPort> {
    const { podIP } = this.#find(target)
    if (podIP === undefined) {
      throw new ApiError('InternalError', `pod "${target.name}" has no network yet`)
    }
    return connectToPod(this.#options, { sandboxId: target.uid, ip: podIP, port }, sink)
  }

  #find({ uid }: PodTarget): PodView {
    const view = this.#options.findPod(uid)
    if (view === undefined) throw new ApiError('NotFound', 'pod does not exist')
    return view
  }
}

/** Instances are named `UID-CONTAINER-RESTART`. */
function restartOf(containerId: string): number {
  return Number(/\d+$/.exec(containerId)?.[0] ?? 0)
}

function containerNotFound({ container }: ContainerTarget): ApiError {
  return new ApiError('NotFound', `container not found ("${container}")`)
}

/** The kubelet has begun its answer by then: its words are all that the log consists of. */
function tellLost(containerId: string, sink: LogSink): OpenStream {
  const text = `unable to retrieve container logs for ${formatContainerId(containerId)}`
  let isStopped = false
  void Promise.resolve().then(() => {
    if (isStopped) return
    sink.onData(new TextEncoder().encode(text))
    sink.onEnd()
  })
  return { pause: ignorePace, resume: ignorePace, stop: () => void (isStopped = true) }
}

/** Of a few words nobody needs to be spared. */
function ignorePace(): void {}

/** The log was removed under its reader, who has been told of its end. */
function ignoreLostLog(): void {}
