import { hostname } from 'node:os'
import { HitlessError } from '../base/error.ts'
import { stopAll } from '../base/stop-all.ts'
import { ApiError, isApiError } from '../api/api-error.ts'
import type { Node } from '../api/core.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import { newHttpClient } from '../client/http-client.ts'
import { awaitNodeName } from '../node/node-holder.ts'
import type { NodeNotice } from '../node/node-notice.ts'
import { clockOriginNow } from '../world/live/clock.ts'
import { liveHttpCallers } from '../world/live/http-caller.ts'
import { liveWorld } from '../world/live/world.ts'
import { readAccess } from './cluster-access.ts'
import { readNodeFlags, type NodeFlags } from './node-options.ts'
import {
  describeMissing,
  readMachineAgain,
  readMachineInput,
  tellChanged,
} from './machine-input.ts'
import { nodeIdIn } from './node-id.ts'
import { describeNotice } from './node-notices.ts'
import type { RuntimeChoice } from './runtime-choice.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { startOwnNodes } from './up-nodes.ts'

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
  const lost = Promise.withResolvers<never>()
  // It may come before anybody waits.
  lost.promise.catch(() => undefined)
  try {
    const client = clientOf('hitless')
    const holder = await nodeIdIn(run.directory)
    const claim = { name, holder, signal: signalOf(interrupted) }
    if (!(await takeName({ client, clock: world.clock }, claim))) return 0
    let isOurs = isNodeOfHitless(await reach(getIfThere(client, 'Node', { name })))
    // Stops go backwards: this one comes when its pods have ended.
    stops.push(async () => (isOurs ? removeNode(client, name) : undefined))
    const onNotice = (nodeName: string, notice: NodeNotice) => {
      process.stderr.write(`${describeNotice(nodeName, notice)}\n`)
      if (notice.kind === 'registered-again') isOurs = true
      if (notice.kind !== 'taken') return
      isOurs = false
      lost.reject(nameTaken(nodeName))
    }
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
    const description = await reach(nodes)
    process.stderr.write(`node     ${name}, ${description}\n`)
    process.stderr.write(`cluster  ${access.endpoint.baseUrl}\n`)
    const isDocker = run.runtime?.kind === 'docker'
    const missing = describeMissing(machine.source, { isDocker, where: run.path })
    if (missing !== undefined) process.stderr.write(`${missing}\n`)
    process.stderr.write('ready    Ctrl-C takes it out of the cluster again\n')
    await Promise.race([interrupted, lost.promise])
    process.stderr.write('stopping …\n')
    return 0
  } finally {
    await stopAll(stops)
  }
}

function signalOf(interrupted: Promise<void>): AbortSignal {
  const controller = new AbortController()
  void interrupted.then(() => controller.abort())
  return controller.signal
}

/** False: interrupted while it waited for the end of a run that seems to have been killed. */
async function takeName(
  doors: Parameters<typeof awaitNodeName>[0],
  claim: Parameters<typeof awaitNodeName>[1],
): Promise<boolean> {
  const { name } = claim
  const claimed = awaitNodeName(doors, claim, (waitMs) => {
    const seconds = Math.ceil(waitMs / 1_000)
    process.stderr.write(
      `node     ${name} was alive a moment ago: waiting up to ${seconds} s to see whether it still is\n`,
    )
  })
  switch (await reach(claimed)) {
    case 'free':
      return true
    case 'interrupted':
      return false
    case 'taken':
      throw nameTaken(name)
  }
}

function nameTaken(name: string): HitlessError {
  return new HitlessError('node-taken', `a node named ${name} is running already`, {
    exitCode: 3,
    hint: 'Choose another name: --name NAME.',
  })
}

/** One that a run before this has left is as good as a new one: this run removes it at its end. */
function isNodeOfHitless(node: Node | undefined): boolean {
  const runtime = node?.status?.nodeInfo?.containerRuntimeVersion
  return node === undefined || runtime?.startsWith('hitless://') === true
}

/** Rejects with HitlessError when the API server does not answer, or not to us. */
async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    throw new HitlessError('cluster-refused', `the API server refuses: ${error.message}`, {
      exitCode: 3,
      hint: 'Look whether `kubectl get nodes` works with this kubeconfig; a node needs the rights of system:node, or all.',
      cause: error,
    })
  }
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
