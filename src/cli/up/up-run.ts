import { join, resolve } from 'node:path'
import type { PodTarget } from '../../api/pod-access.ts'
import { stopAll } from '../../base/stop-all.ts'
import { startControlPlane } from '../../cluster/control-plane.ts'
import { newNodeAccesses } from '../../cluster/pod-access-by-node.ts'
import { applyObjects } from '../../experiment/apply.ts'
import { warningsOfNotApplied } from '../../manifest/not-applied.ts'
import { clockOriginNow, type ClockOrigin } from '../../world/live/clock.ts'
import { liveCredentials } from '../../world/live/credentials.ts'
import { liveHttpServers } from '../../world/live/http-server.ts'
import { openJournal } from '../../world/live/journal.ts'
import { liveWorld } from '../../world/live/world.ts'
import type { Files } from '../../world/files.ts'
import type { World } from '../../world/world.ts'
import type { Client } from '../../client/client.ts'
import { keepMachine, readKeptMachine, type KeptMachine } from './kept-machine.ts'
import {
  describeKept,
  describeImages,
  readMachineAgain,
  tellChanged,
  type MachineInput,
  type SettingsSource,
} from '../engine/machine-input.ts'
import type { SettingsAgain } from '../engine/live-images.ts'
import { nodeIdIn } from '../node/node-id.ts'
import { describeNotice } from '../node/node-notices.ts'
import { printError } from '../print-error.ts'
import type { RuntimeChoice } from '../engine/runtime-choice.ts'
import { endLeftHolder } from '../engine/sandbox-holder.ts'
import { LISTENER_DESCRIPTOR } from '../engine/sandboxed-process.ts'
import { removeStaleNodes } from './stale-nodes.ts'
import { untilInterrupted } from '../until-interrupted.ts'
import { credentialsIn, removeDrafts, writeKubeconfig } from '../engine/up-directory.ts'
import { listenRefused } from './up-port.ts'
import { readUpInput, settingsPaths, type UpInput } from './up-input.ts'
import type { NodeDoors, OwnApi } from './up-nodes.ts'
import { readUpFlags, type UpFlags, type UpSettings } from './up-options.ts'

export interface UpRun {
  readonly flags: UpFlags
  readonly version: string
  readonly directory: string
  /** Set inside the sandbox: the port of the socket that the outer process has made. */
  readonly outerPort?: number
  /** Set inside the sandbox: the process that people see. */
  readonly owner?: number
  /** What pods run in. Absent: this process is in the sandbox, or has no node. */
  readonly runtime?: RuntimeChoice
}

/** `hitless up` until it is interrupted. Returns the exit code. */
export async function runUp(run: UpRun): Promise<number> {
  const interrupted = untilInterrupted()
  const settings = readUpFlags(run.flags)
  const origin = clockOriginNow()
  const world = liveWorld(origin)
  const input = await unlessInterrupted(interrupted, (signal) =>
    readUpInput(interruptibleFiles(world.files, signal), {
      paths: settings.files,
      data: run.directory,
    }),
  )
  if (input === undefined) return 0
  const stops: (() => Promise<void>)[] = []
  try {
    await start(run, settings, { origin, world, input, stops })
    await interrupted
    process.stderr.write('stopping …\n')
    return 0
  } finally {
    await stopAll(stops)
  }
}

/** Undefined when it was interrupted: a pipe that nobody writes to is waited for without end. */
async function unlessInterrupted<T>(
  interrupted: Promise<void>,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const giveUp = new AbortController()
  const reading = read(giveUp.signal)
  try {
    return await Promise.race([reading, interrupted.then(() => undefined)])
  } finally {
    giveUp.abort()
  }
}

function interruptibleFiles(files: Files, signal: AbortSignal): Files {
  return { ...files, readText: (path, options) => files.readText(path, { ...options, signal }) }
}

interface Parts {
  readonly origin: ClockOrigin
  readonly world: World
  readonly input: UpInput
  readonly stops: (() => Promise<void>)[]
}

async function start(run: UpRun, settings: UpSettings, parts: Parts): Promise<void> {
  const { directory, outerPort, owner } = run
  const { world, input, stops } = parts
  // First: its lock keeps a second one from writing any file of this directory.
  const journal = openJournal(join(directory, 'state.db'), owner === undefined ? {} : { owner })
  stops.push(async () => journal.close())
  if (outerPort === undefined) await endLeftHolder(directory)
  removeDrafts(directory)
  const door = liveCredentials()
  const credentials = await credentialsIn(directory, door, world.clock.wallMs())
  const accesses = newNodeAccesses((pod) => nodeOf(pod))
  const plane = await startControlPlane({
    ...world,
    servers: liveHttpServers(),
    listen:
      outerPort === undefined
        ? { host: '127.0.0.1', port: settings.port }
        : { descriptor: LISTENER_DESCRIPTOR },
    tls: { key: credentials.key, certificate: credentials.certificate },
    token: credentials.token,
    authority: credentials.authority,
    signer: door.signerOf(credentials.signingKey),
    journal,
    version: run.version,
    podAccess: accesses.podAccess,
    memoryBytes: () => process.memoryUsage.rss(),
    // With --no-node others may run the pods.
    ...(settings.nodeNames.length === 0 ? {} : { notApplied: warningsOfNotApplied }),
    onError: (error) => printError(error),
  }).catch((error: unknown) => {
    throw listenRefused(settings.port, error)
  })
  stops.push(() => plane.stop())
  const port = outerPort ?? plane.port
  const kubeconfig = resolve(run.flags.kubeconfig ?? join(directory, 'kubeconfig'))
  await writeKubeconfig(kubeconfig, { port, ...credentials })
  const client = plane.clientOf('hitless')
  await keepNodes(run, settings, { client, input })
  const nodeOf = ({ namespace, name }: PodTarget) => plane.nodeOf({ namespace, name })
  const description = await startOwnNodes(run, settings, parts, {
    clientOf: plane.clientOf,
    onNode: accesses.add,
    holder: await nodeIdIn(directory),
    onNotice: (name, notice) => process.stderr.write(`${describeNotice(name, notice)}\n`),
    api: { port, announce: plane.announce },
  })
  tell(run, settings, { kubeconfig, description, source: input.machine.source })
  await applyObjects(client, input.objects)
  process.stderr.write('ready    Ctrl-C stops everything\n')
}

/** The next run is to know this one's nodes, and what they run; this one removes those that it does not run itself. */
async function keepNodes(
  { directory }: UpRun,
  { nodeNames: nodes }: UpSettings,
  { client, input }: { readonly client: Client; readonly input: UpInput },
): Promise<void> {
  const before = (await readKeptMachine(directory))?.nodes ?? []
  const stale = before.filter((name) => !nodes.includes(name))
  await removeStaleNodes(client, new Set(stale))
  await keepMachine(directory, { nodes, ...keptOf(input.machine) })
  if (stale.length === 0) return
  process.stderr.write(`nodes    ${stale.join(', ')} of the last run: deleted, with their pods\n`)
}

function keptOf({ settings, source }: MachineInput): Pick<KeptMachine, 'settings' | 'files'> {
  return { settings, files: source.kind === 'none' ? [] : source.files }
}

/** Nothing with --no-node, not even its code. Returns what pods run in, for people. */
async function startOwnNodes(
  { directory, runtime, version }: UpRun,
  { nodeNames, profile, files }: UpSettings,
  { origin, world, input, stops }: Parts,
  { api, ...doors }: NodeDoors & { readonly api: OwnApi },
): Promise<string> {
  if (nodeNames.length === 0) await api.announce(undefined)
  if (nodeNames.length === 0) return 'no node: pods stay Pending until one joins'
  const { startOwnNodes: startThem } = await import('./up-nodes.ts')
  const machine = input.machine.settings
  const again: SettingsAgain = {
    read: () => readMachineAgain(world.files, settingsPaths(files), directory),
    async onChange(changed) {
      await keepMachine(directory, { nodes: nodeNames, ...keptOf(changed) })
      tellChanged(changed.source)
    },
  }
  const run = { directory, runtime, nodeNames, profile, origin, world, machine, stops, version }
  const options = { ...run, again, api }
  const description = await startThem(options, doors)
  return `${nodeNames.length === 1 ? '1 node' : `${nodeNames.length} nodes`}, ${description}`
}

function tell(
  { flags, directory, runtime }: UpRun,
  { nodeNames, files }: UpSettings,
  {
    kubeconfig,
    description,
    source,
  }: {
    readonly kubeconfig: string
    readonly description: string
    readonly source: SettingsSource
  },
): void {
  const kept = flags.data === undefined ? 'gone at the end (--data DIR keeps it)' : directory
  const where = files.join(', ') || 'this directory'
  const images = describeImages(source, { isDocker: runtime?.kind === 'docker', where })
  process.stderr.write(`cluster  Kubernetes API on loopback · ${description}\n`)
  process.stderr.write(`state    ${kept}${describeKept(source)}\n`)
  if (images !== undefined && nodeNames.length > 0) process.stderr.write(`${images}\n`)
  process.stdout.write(`export KUBECONFIG=${shellWord(kubeconfig)}\n`)
}

/** As a shell reads it back. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
