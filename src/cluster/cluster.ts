import { stopAll } from '../base/stop-all.ts'
import type { Client } from '../client/client.ts'
import { inProcessClient } from '../client/in-process-client.ts'
import { ROLLOUT_CONTROLLERS, startControllers } from '../controllers/controllers.ts'
import { startNode, type NodeOptions } from '../node/agent.ts'
import type { PodFiles } from '../node/termination-message.ts'
import type { StartDataPlane } from '../proxy/data-plane.ts'
import type { Profile } from '../proxy/profile.ts'
import { recordConnections, startServiceProxy } from '../proxy/service-proxy.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { Store } from '../store/store.ts'
import type { Recorder } from '../timeline/fact.ts'
import type { Clock } from '../world/clock.ts'
import type { Network } from '../world/network.ts'
import type { Random } from '../world/random.ts'
import { startClusterDns } from './cluster-dns.ts'

export interface ClusterOptions {
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly runtime: Runtime
  readonly startDataPlane: StartDataPlane
  readonly profile: Profile
  readonly recorder: Recorder
  /** Where the containers' logs go. */
  readonly logDirectory: string
  /** Where pods keep their volumes and their own files. */
  readonly podFiles: PodFiles
  /** Answer names of the cluster, at an address that pods reach. Absent: they resolve names as the host does. */
  readonly hasDns?: boolean
  /** What pods are told that their node has: its object says nothing, so that the scheduler does not count. */
  readonly machine?: NodeOptions['machine']
}

export interface Cluster {
  readonly client: Client
  /** Ends all pods at once, then everything else; nothing of the cluster runs afterwards. */
  stop(): Promise<void>
}

/** The embedded engine: the Kubernetes API with the controllers, one node and its proxy. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { clock, random, network, runtime, recorder } = options
  const stops: (() => Promise<void>)[] = []
  const stop = () => stopAll(stops)
  try {
    const client = inProcessClient(new Store({ clock, random }))
    const dataPlane = await options.startDataPlane(recordConnections(recorder))
    stops.push(() => dataPlane.stop())
    const proxy = await startServiceProxy({
      client,
      clock,
      random,
      profile: options.profile,
      dataPlane,
      recorder,
    })
    stops.push(() => proxy.stop())
    const clusterDns = await startClusterDns({ client, clock, random, network }, options.hasDns)
    stops.push(clusterDns.stop)
    const node = await startNode({
      world: { clock, random, network },
      client,
      runtime,
      recorder,
      nodeName: 'hitless',
      logDirectory: options.logDirectory,
      podFiles: options.podFiles,
      ...clusterDns.ofNode,
      ...(options.machine === undefined ? {} : { machine: options.machine }),
    })
    stops.push(() => node.stop())
    const controllers = await startControllers({ client, clock, only: ROLLOUT_CONTROLLERS })
    // Last started, first stopped: no controller replaces the pods that the node ends.
    stops.push(() => controllers.stop())
    return { client, stop }
  } catch (error) {
    // Why it could not start is what counts, whatever goes wrong on the way back.
    await stop().catch(() => undefined)
    throw error
  }
}
