import { join } from 'node:path'
import { hostname } from 'node:os'
import type { Command } from 'commander'
import { HitlessError } from '../base/error.ts'
import { liveFiles } from '../world/live/files.ts'
import type { SandboxSupport } from '../runtime/sandbox-support.ts'
import { holdSandbox, runAgainInside, withData, type DataPlace } from './engine/engine-process.ts'
import { collect } from './collect.ts'
import { removeDeadSocket } from './engine/dead-socket.ts'
import type { NodeFlags } from './node/node-options.ts'
import type { NodeRun } from './node/node-run.ts'
import {
  RUNTIME_OPTION,
  chooseRuntime,
  liveRuntimeProbes,
  readRuntimeFlag,
} from './engine/runtime-choice.ts'
import { endLeftHolder } from './engine/sandbox-holder.ts'
import { openRelay } from './engine/tcp-relay.ts'

/** Tells the inner process where its data are, and that it is the inner one. */
const DATA = 'HITLESS_NODE_DATA'

/** The API server's, in the data directory. */
const SOCKET = 'api-server.sock'

export function addNodeCommand(program: Command, version: string): void {
  program
    .command('node')
    .summary('join a cluster with a node whose pods are processes here')
    .description(
      'Registers a node with any Kubernetes cluster, and runs what its scheduler binds to it as processes in namespaces, as ' +
        'hitless.yaml says, until Ctrl-C. Pods reach each other and the Services of their own node.',
    )
    .argument('[path]', 'the directory of hitless.yaml, which says how images run', '.')
    .option('--kubeconfig <file>', 'of the cluster (default: as kubectl finds it)')
    .option('--context <name>', 'of the kubeconfig (default: its current one)')
    .option('--name <name>', 'of the node (default: hitless- and the host name)')
    .option('--label <key=value>', 'a label of the node; repeatable', collect)
    .option('--taint <key=value:effect>', 'a taint of a new node; repeatable', collect)
    .option('--data <directory>', 'keep logs there (default: a temporary one)')
    .option(
      '--path <profile>',
      'how endpoint changes propagate: none, kube-proxy (default: kube-proxy)',
    )
    .option(...RUNTIME_OPTION)
    .addHelpText('after', HELP)
    .action(async (path: string, flags: NodeFlags) => {
      const inner = process.env[DATA]
      process.exitCode =
        inner === undefined
          ? await withData(flags.data, (place) =>
              runOutside({ flags, path, version, directory: place.directory }, place),
            )
          : await runHere({
              flags,
              path,
              version,
              directory: inner,
              socketPath: join(inner, SOCKET),
            })
    })
}

/** The outer process loads nothing of the engine. */
async function runHere(run: NodeRun): Promise<number> {
  const { runNode } = await import('./node/node-run.ts')
  return runNode(run)
}

async function runOutside(run: NodeRun, place: DataPlace): Promise<number> {
  const { flags, path } = run
  const { requirePath } = await import('./engine/machine-input.ts')
  await requirePath(liveFiles(), path)
  const probes = liveRuntimeProbes(async () => {
    const { mapsImages } = await import('./test/maps-images.ts')
    return mapsImages([path])
  })
  const runtime = await chooseRuntime(readRuntimeFlag(flags.runtime), probes)
  if (runtime.kind === 'sandbox') return runInside(runtime.support, place, flags)
  // It cannot go on with what one in the sandbox has left; its pods run anew.
  if (place.isKept) await endLeftHolder(place.directory)
  return runHere({ ...run, runtime })
}

/** Pods have a network of their own; the API server is in this one, and a relay leads to it. */
async function runInside(
  support: SandboxSupport & { ok: true },
  place: DataPlace,
  flags: NodeFlags,
): Promise<number> {
  const { directory } = place
  const { readNodeFlags } = await import('./node/node-options.ts')
  readNodeFlags(flags, hostname())
  const { readAccess } = await import('./up/cluster-access.ts')
  const { endpoint } = await readAccess(liveFiles(), flags)
  const socketPath = join(directory, SOCKET)
  // First: it tells whether another run has the directory.
  const held = await holdSandbox(support, place)
  await removeDeadSocket(socketPath)
  const relay = await openRelay(socketPath, addressOf(endpoint.baseUrl)).catch((cause: unknown) => {
    throw unwritable(directory, cause)
  })
  try {
    return await runAgainInside(support, { env: { [DATA]: directory }, held })
  } finally {
    relay.close()
  }
}

function addressOf(baseUrl: string): { readonly host: string; readonly port: number } {
  const { protocol, hostname: host, port } = new URL(baseUrl)
  const usual = protocol === 'https:' ? 443 : 80
  return { host: host.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) }
}

function unwritable(directory: string, cause: unknown): HitlessError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new HitlessError('data-unwritable', `cannot listen in ${directory}: ${why}`, {
    exitCode: 3,
    hint: 'Name another directory, with a short path: --data DIR. One that a running hitless uses is taken.',
    cause,
  })
}

const HELP = `
Exit codes:
  0 stopped    2 wrong usage or hitless.yaml    3 this machine or the cluster could not do it

Examples:
  hitless node --kubeconfig ~/.kube/config --label where=laptop
  hitless node examples/websample --name desk --taint hitless=only:NoSchedule`
