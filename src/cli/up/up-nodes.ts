import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { startNodes, takePodCidrs, type NodesOptions } from '../../cluster/nodes.ts'
import type { MachineSettings } from '../../manifest/settings.ts'
import type { Profile } from '../../proxy/profile.ts'
import type { Address } from '../../world/network.ts'
import type { ClockOrigin } from '../../world/live/clock.ts'
import type { World } from '../../world/world.ts'
import { openHostServices } from '../engine/host-services.ts'
import { nodeInfo } from '../node/node-system.ts'
import { isKeptHere, keepSandbox } from '../engine/kept-sandbox.ts'
import { liveImages, type SettingsAgain } from '../engine/live-images.ts'
import type { RuntimeChoice } from '../engine/runtime-choice.ts'
import { describeRuntime, printWarning, startRuntime } from '../engine/start-runtime.ts'
import { clusterNetwork, hasServiceAddresses } from '../threads/service-sockets.ts'
import { threadedForwarder } from '../threads/threaded-forwarder.ts'

/** How nodes reach the control plane, and it them. */
export type NodeDoors = Pick<NodesOptions, 'clientOf' | 'onNode' | 'holder' | 'onNotice'>

export interface OwnNodes {
  readonly directory: string
  /** Absent: this process is in the sandbox. */
  readonly runtime: RuntimeChoice | undefined
  readonly nodeNames: readonly string[]
  readonly profile: Profile
  readonly origin: ClockOrigin
  readonly world: World
  readonly machine: MachineSettings
  /** … as they may change while the nodes run. */
  readonly again: SettingsAgain
  readonly stops: (() => Promise<void>)[]
  readonly version: string
  /** What else their Node objects say. */
  readonly description?: NodesOptions['description']
  /** Of this cluster, which is this process's own: its pods reach it, and its names. Absent: another's. */
  readonly api?: OwnApi
}

export interface OwnApi {
  /** Of this machine's loopback. */
  readonly port: number
  /** Tells where pods reach it; undefined where they do not. */
  readonly announce: (address: Address | undefined) => Promise<void>
}

/** The nodes of `hitless up` and `hitless node`. Returns what their pods run in, for people. */
export async function startOwnNodes(
  {
    directory,
    runtime: choice,
    nodeNames,
    profile,
    origin,
    world,
    machine,
    again,
    stops,
    version,
    description = {},
    api,
  }: OwnNodes,
  doors: NodeDoors,
): Promise<string> {
  // The first to be undone last: a run that is killed on its way to the end is one whose pods are found.
  stops.push(keepSandbox(directory))
  const live = await liveImages({ world, first: machine.images, again })
  stops.push(() => live.stop())
  const own = {
    nodeNames,
    capacity: { cpus: availableParallelism(), memoryBytes: totalmem() },
    description: { ...description, info: nodeInfo(version) },
    ...doors,
  }
  const podCidrs = await takePodCidrs({ world, ...own })
  const runtime = await startRuntime({
    podCidrs: [...podCidrs.values()].map(({ cidr }) => cidr),
    choice,
    world,
    kept: isKeptHere(),
    images: live.images,
    onWarning: printWarning,
  })
  const { addressing } = runtime
  stops.push(() => runtime.stop())
  const { hostAddress } = runtime
  const ports = [...machine.hostServices, ...(api === undefined ? [] : [api.port])]
  stops.push(await openHostServices([...new Set(ports)], hostAddress))
  await api?.announce(hostAddress === undefined ? undefined : { host: hostAddress, port: api.port })
  const nodes = await startNodes({
    world: { ...world, network: clusterNetwork(world.network, addressing) },
    runtime,
    startDataPlane: threadedForwarder(origin, { addressing }),
    profile,
    // Where pods reach addresses of Services, they reach that of the DNS.
    hasDns: api !== undefined && hasServiceAddresses(addressing),
    recorder: { record: () => undefined },
    podCidrs,
    ...TELL_OF_SERVICES,
    logDirectory: join(directory, 'logs'),
    podFiles: { files: world.files, podDirectory: join(directory, 'pods') },
    ...own,
  })
  stops.push(() => nodes.stop())
  const pods = describeRuntime(runtime, choice)
  return api === undefined && choice?.kind !== 'docker' ? `${pods}, ${describe(podCidrs)}` : pods
}

const TELL_OF_SERVICES: Pick<NodesOptions, 'onElsewhere' | 'onRefused'> = {
  onElsewhere({ namespace = '', name }) {
    printWarning(
      `Service ${namespace}/${name} has pods on other nodes: no connection from here reaches those`,
    )
  },
  onRefused(error) {
    if (error === undefined) process.stderr.write('services all are served again\n')
    else printWarning(`${error.message}; tried again every 5 s`)
  },
}

function describe(podCidrs: Awaited<ReturnType<typeof takePodCidrs>>): string {
  const ranges = [...podCidrs.values()].map(
    ({ cidr, isChosen }) => `${cidr}${isChosen ? ' (chosen, as the cluster gives none)' : ''}`,
  )
  return `at ${ranges.join(', ')}`
}
