import { hostname } from 'node:os'
import { join } from 'node:path'
import { HitlessError } from '../../base/error.ts'
import { stopAll } from '../../base/stop-all.ts'
import { ApiError, isApiError } from '../../api/api-error.ts'
import type { Node } from '../../api/core.ts'
import type { Client } from '../../client/client.ts'
import { getIfThere } from '../../client/get-if-there.ts'
import { newHttpClient } from '../../client/http-client.ts'
import type { NodeNotice } from '../../node/node-notice.ts'
import { clockOriginNow } from '../../world/live/clock.ts'
import { liveHttpCallers } from '../../world/live/http-caller.ts'
import { liveWorld } from '../../world/live/world.ts'
import { readAccess } from '../up/cluster-access.ts'
import { readNodeFlags, type NodeFlags } from './node-options.ts'
import {
  describeImages,
  readMachineAgain,
  readMachineInput,
  tellChanged,
  type MachineInput,
} from '../engine/machine-input.ts'
import { nodeIdIn } from './node-id.ts'
import { nodeTaken, reach, takeNodeName } from './node-name.ts'
import { describeNotice } from './node-notices.ts'
import type { RuntimeChoice } from '../engine/runtime-choice.ts'
import { untilInterrupted } from '../until-interrupted.ts'
import { startOwnNodes } from '../up/up-nodes.ts'

export interface NodeRun {
  readonly flags: NodeFlags
  /** The directory of hitless.yaml. */
  readonly path: string
  readonly version: string
  readonly directory: string
  /** In the sandbox, which reaches no address outside: a Unix socket on which the API server answers. */
  readonly socketPath?: string
  /** What pods run in. Absent: this process is in the sandbox. */
  readonly runtime?: RuntimeChoice
}

/** `hitless node` until it is interrupted. Returns the exit code. */
export async function runNode(run: NodeRun): Promise<number> {
  const interrupted = untilInterrupted()
  const { name, labels, taints, profile } = readNodeFlags(run.flags, hostname())
  const origin = clockOriginNow()
  const world = liveWorld(origin)
  const machine = await readMachineInput(world.files, run.path, undefined)
  const access = await readAccess(world.files, run.flags)
  const { socketPath } = run
  const caller = liveHttpCallers().open({
    ...access.endpoint,
    ...(socketPath === undefined ? {} : { socketPath }),
  })
  const clientOf = (component: string) =>
    newHttpClient({
      caller,
      clock: world.clock,
      random: world.random,
      userAgent: component,
      ...(access.token === undefined ? {} : { token: access.token }),
    })
  const stops: (() => Promise<void>)[] = [() => caller.close()]
  try {
    const client = clientOf('hitless')
    const holder = await nodeIdIn(run.directory)
    const claim = { name, holder, signal: signalOf(interrupted) }
    if (!(await takeNodeName({ client, clock: world.clock }, claim))) return 0
    const { onNotice, lost } = await leaveAtTheEnd(client, name, stops)
    const nodes = startOwnNodes(
      {
        directory: run.directory,
        runtime: run.runtime,
        nodeNames: [name],
        profile,
        origin,
        world,
        machine: machine.settings,
        again: {
          read: () => readMachineAgain(world.files, [run.path], undefined),
          onChange: async ({ source }) => tellChanged(source),
        },
        stops,
        version: run.version,
        description: { labels, taints },
      },
      { clientOf, holder, onNotice, onNode: () => undefined },
    )
    tell(run, { name, machine, baseUrl: access.endpoint.baseUrl, description: await reach(nodes) })
    await Promise.race([interrupted, lost])
    process.stderr.write('stopping …\n')
    return 0
  } finally {
    await stopAll(stops)
  }
}

/** Deletes the Node when its pods have ended, if it is ours then. `lost` rejects when another run takes it over. */
async function leaveAtTheEnd(client: Client, name: string, stops: (() => Promise<void>)[]) {
  const lost = Promise.withResolvers<never>()
  // It may come before anybody waits.
  lost.promise.catch(() => undefined)
  let isOurs = isNodeOfHitless(await reach(getIfThere(client, 'Node', { name })))
  // Stops go backwards: what is started from here on has ended when this one comes.
  stops.push(async () => (isOurs ? removeNode(client, name) : undefined))
  const onNotice = (nodeName: string, notice: NodeNotice) => {
    process.stderr.write(`${describeNotice(nodeName, notice)}\n`)
    if (notice.kind === 'registered-again') isOurs = true
    if (notice.kind !== 'taken') return
    isOurs = false
    lost.reject(nodeTaken(nodeName))
  }
  return { onNotice, lost: lost.promise }
}

function tell(
  { path, runtime, flags, directory }: NodeRun,
  node: {
    readonly name: string
    readonly machine: MachineInput
    readonly baseUrl: string
    readonly description: string
  },
): void {
  process.stderr.write(`node     ${node.name}, ${node.description}\n`)
  process.stderr.write(`cluster  ${node.baseUrl}\n`)
  const logs =
    flags.data === undefined ? 'gone at the end (--data DIR keeps them)' : 'kept with their pods'
  process.stderr.write(`logs     ${join(directory, 'logs')}, ${logs}\n`)
  const isDocker = runtime?.kind === 'docker'
  const images = describeImages(node.machine.source, { isDocker, where: path })
  if (images !== undefined) process.stderr.write(`${images}\n`)
  process.stderr.write('ready    Ctrl-C takes it out of the cluster again\n')
}

function signalOf(interrupted: Promise<void>): AbortSignal {
  const controller = new AbortController()
  void interrupted.then(() => controller.abort())
  return controller.signal
}

/** One that a run before this has left is as good as a new one: this run removes it at its end. */
function isNodeOfHitless(node: Node | undefined): boolean {
  const runtime = node?.status?.nodeInfo?.containerRuntimeVersion
  return node === undefined || runtime?.startsWith('hitless://') === true
}

async function removeNode(client: Client, name: string): Promise<void> {
  try {
    await client.delete('Node', { name })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (isApiError(error, 'NotFound')) return
    throw new HitlessError(
      'node-not-deleted',
      `the Node ${name} could not be deleted: ${error.message}`,
      {
        exitCode: 3,
        hint: `When the API server answers: kubectl delete node ${name}`,
        cause: error,
      },
    )
  }
}
