import { hostname } from 'node:os'
import { HitlessError } from '../base/error.ts'
import { stopAll } from '../base/stop-all.ts'
import { ApiError, isApiError } from '../api/api-error.ts'
import type { Client } from '../client/client.ts'
import { getIfThere } from '../client/get-if-there.ts'
import { newHttpClient } from '../client/http-client.ts'
import { clockOriginNow } from '../world/live/clock.ts'
import { liveHttpCallers } from '../world/live/http-caller.ts'
import { liveWorld } from '../world/live/world.ts'
import { readAccess } from './cluster-access.ts'
import { readNodeFlags, type NodeFlags } from './node-options.ts'
import { printError } from './print-error.ts'
import type { RuntimeChoice } from './runtime-choice.ts'
import { untilInterrupted } from './until-interrupted.ts'
import { readMachineSettings } from './up-input.ts'
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
  const machine = await readMachineSettings(world.files, run.path)
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
    const isNew = (await reach(client, name)) === undefined
    // Stops go backwards: this one comes when its pods have ended.
    if (isNew) stops.push(() => removeNode(client, name))
    const description = await startOwnNodes(
      {
        directory: run.directory,
        runtime: run.runtime,
        nodeNames: [name],
        profile,
        origin,
        world,
        machine,
        stops,
        version: run.version,
        description: { labels, taints },
      },
      { clientOf, onNode: () => undefined },
    )
    process.stderr.write(`node     ${name}, ${description}\n`)
    process.stderr.write(`cluster  ${access.endpoint.baseUrl}\n`)
    process.stderr.write('ready    Ctrl-C takes it out of the cluster again\n')
    await interrupted
    process.stderr.write('stopping …\n')
    return 0
  } finally {
    await stopAll(stops)
  }
}

/** The Node of that name. Throws HitlessError when the API server does not answer, or not to us. */
async function reach(client: Client, name: string) {
  try {
    return await getIfThere(client, 'Node', { name })
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
  await client.delete('Node', { name }).catch((error: unknown) => {
    if (!isApiError(error, 'NotFound')) printError(error)
  })
}
