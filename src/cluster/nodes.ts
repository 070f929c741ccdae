import type { PodAccess } from '../api/pod-access.ts'
import type { HitlessError } from '../base/error.ts'
import { stopAll } from '../base/stop-all.ts'
import type { Client } from '../client/client.ts'
import { startNode, type NodeOptions } from '../node/agent.ts'
import type { NodeNotice } from '../node/node-notice.ts'
import type { PodCidr } from '../node/pod-cidr.ts'
import { takePodCidr } from '../node/take-pod-cidr.ts'
import type { PodFiles } from '../node/termination-message.ts'
import type { StartDataPlane } from '../proxy/data-plane.ts'
import type { Profile } from '../proxy/profile.ts'
import { recordConnections, startServiceProxy } from '../proxy/service-proxy.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { ObjectRef, Recorder } from '../timeline/fact.ts'
import type { World } from '../world/world.ts'
import { startClusterDns } from './cluster-dns.ts'

export interface NodesOptions {
  readonly world: Pick<World, 'clock' | 'random' | 'network'>
  readonly clientOf: (component: string) => Client
  readonly runtime: Runtime
  readonly startDataPlane: StartDataPlane
  readonly profile: Profile
  readonly recorder: Recorder
  /** Several share the runtime and the service proxy: they differ for the scheduler, not on the wire. */
  readonly nodeNames: readonly string[]
  readonly logDirectory: string
  /** Where pods keep their volumes and their own files. */
  readonly podFiles: PodFiles
  /** Of each node, as takePodCidrs gives them. */
  readonly podCidrs: ReadonlyMap<string, PodCidr>
  /** Answer names of the cluster, at an address that pods reach. Absent: they resolve names as the host does. */
  readonly hasDns?: boolean
  /** Of each node. Absent: the scheduler does not count what pods ask for. */
  readonly capacity?: { readonly cpus: number; readonly memoryBytes: number }
  /** What else their Node objects say. */
  readonly description?: NodeOptions['description']
  /** Tells this run from others with a node of the same name. Absent: there are none. */
  readonly holder?: string
  readonly onNotice?: (nodeName: string, notice: NodeNotice) => void
  /** Told once of each Service that has pods on nodes of other machines, which are not reached from here. */
  readonly onElsewhere: (service: ObjectRef) => void
  /** Told of Service ports that cannot be listened on; of none when that is over. */
  readonly onRefused: (error: HitlessError | undefined) => void
  readonly onNode: (nodeName: string, access: PodAccess) => void
}

export interface Nodes {
  /** Ends all pods at once; resolves when nothing runs. */
  stop(): Promise<void>
}

/** The range of addresses of each node's pods: what a runtime has to know before it starts. Rejects with HitlessError, ApiError. */
export async function takePodCidrs({
  world: { clock },
  clientOf,
  nodeNames,
  capacity,
  description,
}: Pick<NodesOptions, 'world' | 'clientOf' | 'nodeNames' | 'capacity' | 'description'>): Promise<
  ReadonlyMap<string, PodCidr>
> {
  const client = clientOf('kubelet')
  const ranges = new Map<string, PodCidr>()
  for (const name of nodeNames) {
    const node = { name, ...description, ...(capacity && { capacity }) }
    ranges.set(name, await takePodCidr({ client, clock }, node))
  }
  return ranges
}

/** Nodes that run pods, and the service proxy on their side of the API. */
export async function startNodes(options: NodesOptions): Promise<Nodes> {
  const { world, clientOf, recorder, onNotice } = options
  const stops: (() => Promise<void>)[] = []
  const stop = () => stopAll(stops)
  try {
    const dataPlane = await options.startDataPlane(recordConnections(recorder))
    stops.push(() => dataPlane.stop())
    const proxy = await startServiceProxy({
      client: clientOf('kube-proxy'),
      clock: world.clock,
      random: world.random,
      profile: options.profile,
      dataPlane,
      recorder,
      ownNodes: options.nodeNames,
      onElsewhere: options.onElsewhere,
      onRefused: options.onRefused,
    })
    stops.push(() => proxy.stop())
    const dnsDoors = { client: clientOf('coredns'), ...world }
    const clusterDns = await startClusterDns(dnsDoors, options.hasDns)
    stops.push(clusterDns.stop)
    for (const nodeName of options.nodeNames) {
      const podCidr = options.podCidrs.get(nodeName)
      const node = await startNode({
        world,
        client: clientOf('kubelet'),
        runtime: options.runtime,
        recorder,
        nodeName,
        neighbours: options.nodeNames,
        logDirectory: options.logDirectory,
        sweepLogs: true,
        podFiles: options.podFiles,
        heartbeat: true,
        eventOptions: { correlate: true },
        ...clusterDns.ofNode,
        ...(podCidr === undefined ? {} : { podCidr }),
        ...(options.holder === undefined ? {} : { holder: options.holder }),
        ...(onNotice && { onNotice: (notice: NodeNotice) => onNotice(nodeName, notice) }),
        ...(options.description === undefined ? {} : { description: options.description }),
        ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
      })
      stops.push(() => node.stop())
      options.onNode(nodeName, node.podAccess)
    }
    return { stop }
  } catch (error) {
    // Why it could not start is what counts, whatever goes wrong on the way back.
    await stop().catch(() => undefined)
    throw error
  }
}
