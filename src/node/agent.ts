import { throwLater } from '../base/throw-later.ts'
import { keyOf } from '../api/meta.ts'
import type { PodAccess, PodTarget } from '../api/pod-access.ts'
import type { Pod } from '../api/pod.ts'
import { isPodTerminal, isPodTerminating } from '../api/pod.ts'
import type { Client } from '../client/client.ts'
import { newEventRecorder, type EventRecorderOptions } from '../client/event-recorder.ts'
import { newInformer } from '../client/informer.ts'
import type { AdoptedSandbox, Runtime } from '../runtime/runtime.ts'
import type { Recorder } from '../timeline/fact.ts'
import type { World } from '../world/world.ts'
import { UnenforcedLimits } from './container/unenforced-limits.ts'
import type { NodeDoors, PodEvent } from './doors.ts'
import { viewEndedPod } from './pod/ended-pod.ts'
import { startHeartbeat, type Heartbeat } from './registration/node-lease.ts'
import {
  DEFAULT_NODE_IP,
  registerNode,
  reportNode,
  type NodeDescription,
} from './registration/node-object.ts'
import { LogSweep } from './logs/log-sweep.ts'
import type { NodeNotice } from './node-notice.ts'
import { newPodAccess } from './pod-access.ts'
import type { PodCidr } from './pod-cidr.ts'
import { PodWorker } from './pod/pod-worker.ts'
import { DEFAULT_TIMINGS, type NodeTimings } from './timings.ts'
import { preparePodDirectory } from './volumes/pod-directory.ts'
import { SourceWatches } from './volumes/source-watches.ts'

export interface NodeOptions {
  readonly world: Pick<World, 'clock' | 'random' | 'network'>
  readonly client: Client
  readonly runtime: Runtime
  readonly recorder: Recorder
  readonly nodeName: string
  /** Default 127.0.0.1. */
  readonly nodeIP?: string
  /** Where containers' logs go, absolute. Default /var/log/pods. */
  readonly logDirectory?: string
  /** Logs go with their pods, where these keep files, as on a node that runs for long. Default false: they stay. */
  readonly sweepLogs?: boolean
  /** Where pods keep their volumes and their own files. Absent: they have none. */
  readonly podFiles?: NodeDoors['podFiles']
  /** Addresses of the cluster's DNS (the kubelet's `clusterDNS`). Absent: there is none. */
  readonly clusterDns?: readonly string[]
  /** Told when a pod cannot be looked after any more, which no pod is to cause. Default: ends the run. */
  readonly onFailure?: (error: unknown) => void
  /** What pods are told that the node has, where its object does not say it. Default nothing. */
  readonly machine?: NodeDoors['machine']
  /** What pods on it may ask for. Absent: the scheduler does not count. */
  readonly capacity?: NodeDescription['capacity']
  /** What else its Node object says. */
  readonly description?: Pick<NodeDescription, 'labels' | 'taints' | 'info'>
  /** Renew the node's Lease and report its status, for a cluster whose controllers look after nodes. Default false. */
  readonly heartbeat?: boolean
  /** Range of its pods' addresses. Absent: the runtime's own. */
  readonly podCidr?: PodCidr
  /** With a heartbeat: tells this run from others with a node of the same name. Absent: there are none. */
  readonly holder?: string
  /** With a heartbeat: told of what whoever runs the node should know. */
  readonly onNotice?: (notice: NodeNotice) => void
  /** Other nodes that share its runtime. Default none. */
  readonly neighbours?: readonly string[]
  /** How it tells its events. Default: each is stored. */
  readonly eventOptions?: EventRecorderOptions
  /** Overrides of the kubelet's constants. */
  readonly timings?: Partial<NodeTimings>
}

export interface NodeAgent {
  /** Logs, commands and ports of the pods on this node. */
  readonly podAccess: PodAccess
  /**
   * Ends all pods at once (SIGKILL) and writes nothing about it; resolves when nothing runs.
   * Rejects with the first unexpected error of a pod's worker, if there was one.
   */
  stop(): Promise<void>
}

/**
 * Starts a node: registers it and runs every pod that is bound to it, from its binding to its
 * removal, each on its own. Changes of the API are acted on at once.
 */
export async function startNode(options: NodeOptions): Promise<NodeAgent> {
  const { world, client, runtime, nodeName, nodeIP = DEFAULT_NODE_IP } = options
  const events = newEventRecorder(client, world.clock, 'kubelet', {
    ...options.eventOptions,
    host: nodeName,
  })
  const emit = (pod: Pod, { type, reason, message, container }: PodEvent) =>
    events.event(pod, type, reason, message, fieldOf(pod, container))
  const doors = doorsOf(options, nodeIP)
  const description = descriptionOf(options, nodeIP)
  await registerNode(client, world.clock, description)

  const adopted = await Adopted.of(runtime)
  const pods = new PodWorkers(
    nodeName,
    (pod) => new PodWorker(doors, pod, emit, adopted.take(pod)),
    options.onFailure ?? throwLater,
  )
  const informer = newInformer(client, world.clock, 'Pod')
  informer.onChange(({ current, previous }) => pods.follow(current, previous))
  await informer.start()
  const nodeNames = new Set([nodeName, ...(options.neighbours ?? [])])
  await adopted.removeAllBut((uid) => {
    const pod = informer.list().find(({ metadata }) => metadata.uid === uid)
    const isElsewhere = pod?.spec.nodeName !== nodeName && nodeNames.has(pod?.spec.nodeName ?? '')
    return isElsewhere || pods.find(uid) !== undefined
  })
  const isPod = (uid: string) =>
    pods.find(uid) !== undefined || informer.list().some(({ metadata }) => metadata.uid === uid)
  if (doors.podFiles !== undefined) await preparePodDirectory(doors.podFiles, runtime, isPod)
  const logSweep = await startLogSweep(options, doors, isPod)
  const heartbeat = await startBeating(options, description)
  const findPod = (uid: string) => pods.find(uid)?.view
  const findEnded = ({ uid, ...metadata }: PodTarget) => {
    const pod = pods.find(uid) === undefined ? informer.get(keyOf({ metadata })) : undefined
    const isThatOne = pod?.metadata.uid === uid && pod.spec.nodeName === nodeName
    return isThatOne && isPodTerminal(pod) ? viewEndedPod(pod) : undefined
  }
  return {
    podAccess: newPodAccess({ ...doors, findPod, findEnded }),
    async stop() {
      await logSweep?.stop()
      informer.stop()
      await heartbeat?.stop()
      try {
        await pods.stop()
      } finally {
        doors.sourceWatches?.stop()
        await events.stop()
        await heartbeat?.release()
      }
    },
  }
}

function descriptionOf(
  { nodeName: name, description, capacity, podCidr }: NodeOptions,
  ip: string,
): NodeDescription {
  return {
    name,
    ip,
    ...description,
    ...(capacity === undefined ? {} : { capacity }),
    ...(podCidr === undefined ? {} : { podCidr }),
  }
}

async function startBeating(
  { heartbeat, world: { clock }, client, holder, onNotice }: NodeOptions,
  description: NodeDescription,
): Promise<Heartbeat | undefined> {
  if (heartbeat !== true) return undefined
  return startHeartbeat({
    client,
    clock,
    nodeName: description.name,
    register: () => registerNode(client, clock, description),
    report: () => reportNode(client, clock, description),
    ...(holder === undefined ? {} : { holder }),
    ...(onNotice === undefined ? {} : { onNotice }),
  })
}

async function startLogSweep(
  { sweepLogs }: NodeOptions,
  { clock, podFiles, logDirectory }: NodeDoors,
  isPod: (uid: string) => boolean,
): Promise<LogSweep | undefined> {
  if (sweepLogs !== true || podFiles === undefined) return undefined
  const sweep = new LogSweep({ clock, files: podFiles.files, logDirectory, isPod })
  await sweep.start()
  return sweep
}

function doorsOf(
  { world, client, runtime, recorder, podFiles, ...options }: NodeOptions,
  nodeIP: string,
): NodeDoors {
  return {
    clock: world.clock,
    network: world.network,
    client,
    runtime,
    recorder,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    nodeIP,
    logDirectory: options.logDirectory ?? '/var/log/pods',
    sourceWatches: new SourceWatches(client, world.clock),
    unenforcedLimits: new UnenforcedLimits(recorder, options.nodeName),
    machine: options.machine ?? {},
    ...(options.podCidr === undefined ? {} : { podCidr: options.podCidr.cidr }),
    ...(podFiles === undefined ? {} : { podFiles }),
    ...(options.clusterDns === undefined ? {} : { clusterDns: options.clusterDns }),
  }
}

/** The sandboxes that an earlier run has left, for whom they belong to. */
class Adopted {
  readonly #runtime: Runtime
  readonly #sandboxes: Map<string, AdoptedSandbox>

  private constructor(runtime: Runtime, sandboxes: readonly AdoptedSandbox[]) {
    this.#runtime = runtime
    this.#sandboxes = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]))
  }

  static async of(runtime: Runtime): Promise<Adopted> {
    return new Adopted(runtime, (await runtime.adopt?.()) ?? [])
  }

  take({ metadata: { uid = '' } }: Pod): AdoptedSandbox | undefined {
    const sandbox = this.#sandboxes.get(uid)
    this.#sandboxes.delete(uid)
    return sandbox
  }

  async removeAllBut(isKept: (uid: string) => boolean): Promise<void> {
    const orphans = [...this.#sandboxes.keys()].filter((uid) => !isKept(uid))
    this.#sandboxes.clear()
    await Promise.all(orphans.map((uid) => this.#runtime.removeSandbox(uid)))
  }
}

/** The workers of a node's pods, by UID: a pod that is made anew under an old name is another one. */
class PodWorkers {
  readonly #nodeName: string
  readonly #start: (pod: Pod) => PodWorker
  readonly #workers = new Map<string, PodWorker>()
  readonly #onFailure: (error: unknown) => void

  constructor(
    nodeName: string,
    start: (pod: Pod) => PodWorker,
    onFailure: (error: unknown) => void,
  ) {
    this.#nodeName = nodeName
    this.#start = start
    this.#onFailure = onFailure
  }

  follow(current: Pod | undefined, previous: Pod | undefined): void {
    const uid = current?.metadata.uid
    const gone = previous?.metadata.uid
    if (gone !== undefined && gone !== uid) this.#workers.get(gone)?.forget()
    if (current === undefined || uid === undefined) return
    const worker = this.#workers.get(uid)
    if (worker !== undefined) worker.update(current)
    else if (this.#isToRun(current)) this.#add(uid, this.#start(current))
  }

  find(uid: string): PodWorker | undefined {
    return this.#workers.get(uid)
  }

  async stop(): Promise<void> {
    const workers = [...this.#workers.values()]
    for (const worker of workers) worker.kill()
    await Promise.allSettled(workers.map(({ done }) => done))
  }

  /** A pod that has ended before this node knew it has nothing to run, only to be removed. */
  #isToRun(pod: Pod): boolean {
    const isBoundHere = pod.spec.nodeName === this.#nodeName
    return isBoundHere && (!isPodTerminal(pod) || isPodTerminating(pod))
  }

  #add(uid: string, worker: PodWorker): void {
    this.#workers.set(uid, worker)
    worker.done.then(
      () => this.#workers.delete(uid),
      (error: unknown) => {
        this.#workers.delete(uid)
        this.#onFailure(error)
      },
    )
  }
}

/** The field that the kubelet's container events point at. */
function fieldOf(pod: Pod, container: string | undefined): { readonly fieldPath?: string } {
  if (container === undefined) return {}
  const isNamed = ({ name }: { readonly name: string }) => name === container
  const list = (['initContainers', 'ephemeralContainers'] as const).find(
    (field) => pod.spec[field]?.some(isNamed) === true,
  )
  return { fieldPath: `spec.${list ?? 'containers'}{${container}}` }
}
