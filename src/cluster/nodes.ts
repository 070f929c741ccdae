import type { PodAccess } from '../api/pod-access.ts'
import { stopAll } from '../base/stop-all.ts'
import type { Client } from '../client/client.ts'
import { startNode, type NodeOptions } from '../node/agent.ts'
import type { NodeNotice } from '../node/node-notice.ts'
import type { PodFiles } from '../node/termination-message.ts'
import type { StartDataPlane } from '../proxy/data-plane.ts'
import type { Profile } from '../proxy/profile.ts'
import { recordConnections, startServiceProxy } from '../proxy/service-proxy.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Recorder } from '../timeline/fact.ts'
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
  /** Answer names of the cluster, at an address that pods reach. Absent: they resolve names as the host does. */
  readonly hasDns?: boolean
  /** Of each node. Absent: the scheduler does not count what pods ask for. */
  readonly capacity?: { readonly cpus: number; readonly memoryBytes: number }
  /** What else their Node objects say. */
  readonly description?: NodeOptions['description']
  /** Tells this run from others with a node of the same name. Absent: there are none. */
  readonly holder?: string
  readonly onNotice?: (nodeName: string, notice: NodeNotice) => void
  readonly onNode: (nodeName: string, access: PodAccess) => void
}

export interface Nodes {
  /** Ends all pods at once; resolves when nothing runs. */
  stop(): Promise<void>
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
    })
    stops.push(() => proxy.stop())
    const dnsDoors = { client: clientOf('coredns'), ...world }
    const clusterDns = await startClusterDns(dnsDoors, options.hasDns)
    stops.push(clusterDns.stop)
    for (const nodeName of options.nodeNames) {
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
