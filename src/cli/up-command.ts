import { createServer, type AddressInfo, type Server } from 'node:net'
import type { Command } from 'commander'
import type { SandboxSupport } from '../runtime/sandbox-support.ts'
import { collect } from './collect.ts'
import { holdSandbox, runAgainInside, withData, type DataPlace } from './engine/engine-process.ts'
import {
  RUNTIME_OPTION,
  chooseRuntime,
  liveRuntimeProbes,
  type RuntimeChoice,
  type RuntimeName,
} from './engine/runtime-choice.ts'
import type { UpRun } from './up/up-run.ts'
import { readUpFlags, type UpFlags } from './up/up-options.ts'
import { portRefused } from './up/up-port.ts'

/** Tells the inner process where its data are, and that it is the inner one. */
const DATA = 'HITLESS_UP_DATA'
/** … and which port its socket has. */
const PORT = 'HITLESS_UP_PORT'
/** … and which process of the host it belongs to. */
const OWNER = 'HITLESS_UP_OWNER'

export function addUpCommand(program: Command, version: string): void {
  program
    .command('up')
    .summary('run the embedded cluster until Ctrl-C')
    .description(
      'Starts a Kubernetes API server with its controllers and a node that runs pods as processes, on loopback, and writes ' +
        'a kubeconfig for it. kubectl and any client library work against it as against a cluster.',
    )
    .option(
      '-f, --filename <path>',
      'apply the manifests of this file or directory; repeatable',
      collect,
    )
    .option('--data <directory>', 'keep the state there (default: a temporary one)')
    .option('--nodes <number>', 'how many nodes there are (default: 1)')
    .option('--no-node', 'the API and the controllers alone, for those who bring their own nodes')
    .option('--port <number>', 'the port of the API server (default: any free one)')
    .option('--kubeconfig <file>', 'where the kubeconfig goes (default: in the data directory)')
    .option(
      '--path <profile>',
      'how endpoint changes propagate: none, kube-proxy (default: kube-proxy)',
    )
    .option(...RUNTIME_OPTION)
    .addHelpText('after', HELP)
    .action(async (flags: UpFlags) => {
      const { port, nodeNames, runtime } = readUpFlags(flags)
      const inner = process.env[DATA]
      if (inner !== undefined) {
        process.exitCode = await runHere({ flags, version, directory: inner })
        return
      }
      process.exitCode = await withData(flags.data, async (place) => {
        const { directory } = place
        const run = { flags, version, directory }
        if (nodeNames.length === 0) return runHere(run)
        const choice = await choose(runtime, flags, directory)
        return choice.kind === 'sandbox'
          ? runInside(choice.support, place, port)
          : runHere({ ...run, runtime: choice })
      })
    })
}

/** The outer process loads nothing of the engine. */
async function runHere(run: Omit<UpRun, 'outerPort' | 'owner'>): Promise<number> {
  const { runUp } = await import('./up/up-run.ts')
  const { [PORT]: port, [OWNER]: owner } = process.env
  return runUp({
    ...run,
    ...(port === undefined ? {} : { outerPort: Number(port) }),
    ...(owner === undefined ? {} : { owner: Number(owner) }),
  })
}

function choose(
  runtime: RuntimeName,
  { filename = ['.'] }: UpFlags,
  directory: string,
): Promise<RuntimeChoice> {
  const probes = liveRuntimeProbes(async () => {
    const { mapsImages } = await import('./test/maps-images.ts')
    return mapsImages(filename, directory)
  })
  return chooseRuntime(runtime, probes)
}

/** Pods have a network of their own, but the API server is reached from outside: its socket is made here. */
async function runInside(
  support: SandboxSupport & { ok: true },
  place: DataPlace,
  wantedPort: number,
): Promise<number> {
  const held = await holdSandbox(support, place)
  const server = await listen(wantedPort)
  const run = runAgainInside(support, {
    env: { [DATA]: place.directory, [PORT]: String(portOf(server)), [OWNER]: String(process.pid) },
    listener: descriptorOf(server),
    held,
  })
  // The process inside has the socket now. Two that accept would take connections from each other.
  server.close()
  return run
}

async function listen(port: number): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolveListen, reject) => {
    server.once('error', (error) => reject(portRefused(port, error)))
    server.listen(port, '127.0.0.1', resolveListen)
  })
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  return isAddress(address) ? address.port : 0
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

/** Node has no public way to hand a listening socket to a process that is not Node's own child by `fork`. */
function descriptorOf(server: Server): number {
  const handle: unknown = Reflect.get(server, '_handle')
  if (typeof handle === 'object' && handle !== null && 'fd' in handle) {
    if (typeof handle.fd === 'number' && handle.fd >= 0) return handle.fd
  }
  throw new Error('this Node does not tell the descriptor of a listening socket')
}

const HELP = `
Exit codes:
  0 stopped    2 wrong usage or manifest    3 this machine could not do it

Examples:
  hitless up -f examples/websample
  hitless up --data ./cluster --port 6443 --nodes 3
  hitless up --no-node &`
