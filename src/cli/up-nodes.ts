import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { startNodes, type NodesOptions } from '../cluster/nodes.ts'
import { resolveImage } from '../manifest/image-mapping.ts'
import type { MachineSettings } from '../manifest/settings.ts'
import type { Profile } from '../proxy/profile.ts'
import { startSandboxRuntime } from '../runtime/sandbox-runtime.ts'
import type { ClockOrigin } from '../world/live/clock.ts'
import type { World } from '../world/world.ts'
import { openHostServices } from './host-services.ts'
import { threadedForwarder } from './threaded-forwarder.ts'

/** How nodes reach the control plane, and it them. */
export type NodeDoors = Pick<NodesOptions, 'clientOf' | 'onNode'>

/** The nodes of `hitless up` and `hitless node`, whose pods run in the sandbox. Returns what pods run in, for people. */
export async function startSandboxNodes(
  {
    directory,
    nodeNames,
    profile,
    origin,
    world,
    machine,
    stops,
    description,
  }: {
    readonly directory: string
    readonly nodeNames: readonly string[]
    readonly profile: Profile
    readonly origin: ClockOrigin
    readonly world: World
    readonly machine: MachineSettings
    readonly stops: (() => Promise<void>)[]
    readonly description?: NodesOptions['description']
  },
  doors: NodeDoors,
): Promise<string> {
  const runtime = await startSandboxRuntime({
    processes: world.processes,
    files: world.files,
    clock: world.clock,
    images: (image) => resolveImage(machine.images, image),
  })
  stops.push(() => runtime.stop())
  stops.push(await openHostServices(machine.hostServices, runtime.hostAddress))
  const nodes = await startNodes({
    world,
    runtime,
    startDataPlane: threadedForwarder(origin),
    profile,
    recorder: { record: () => undefined },
    nodeNames,
    logDirectory: join(directory, 'logs'),
    podFiles: { files: world.files, podDirectory: join(directory, 'pods') },
    capacity: { cpus: availableParallelism(), memoryBytes: totalmem() },
    ...(description === undefined ? {} : { description }),
    ...doors,
  })
  stops.push(() => nodes.stop())
  return runtime.description
}
