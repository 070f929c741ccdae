import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { stopAll } from '../../base/stop-all.ts'
import { startCluster } from '../../cluster/cluster.ts'
import { runExperiment } from '../../experiment/experiment.ts'
import { openRecording } from '../../experiment/recording-files.ts'
import { lagMsMaxOf, type Profile } from '../../proxy/profile.ts'
import { judge } from '../../verdict/judge.ts'
import { clockOriginNow } from '../../world/live/clock.ts'
import { liveWorld } from '../../world/live/world.ts'
import { openHostServices } from '../engine/host-services.ts'
import { emptyReport, exitCodeOf, peoplesStream, printVerdict } from './print-verdict.ts'
import { onInterrupt } from '../interrupts.ts'
import type { RuntimeChoice } from '../engine/runtime-choice.ts'
import { watchParent } from '../engine/sandboxed-process.ts'
import { profileNamed } from './profile-flag.ts'
import { newScreen } from '../screen.ts'
import { openImages } from '../engine/open-images.ts'
import { describeRuntime, printWarning, startRuntime } from '../engine/start-runtime.ts'
import type { TestCommandFlags } from './test-options.ts'
import { readTestInput } from './test-input.ts'
import { clusterNetwork, hasServiceAddresses } from '../threads/service-sockets.ts'
import { threadedForwarder } from '../threads/threaded-forwarder.ts'
import { threadedLoad } from '../threads/threaded-load.ts'
import { newRunId } from '../../load/run-id.ts'

const INTERRUPTED_EXIT_CODE = 130

export interface TestRun {
  readonly path: string
  readonly flags: TestCommandFlags
  readonly version: string
  /** Absent: this process is in the sandbox. */
  readonly runtime?: RuntimeChoice
}

/** `hitless test` where its pods can be made: reads, runs, judges, prints. Returns the exit code. */
export async function runTest({ path, flags, version, runtime: choice }: TestRun): Promise<number> {
  const interruption = new AbortController()
  if (choice === undefined) watchParent(() => interruption.abort())
  else onInterrupt(() => interruption.abort())
  const origin = clockOriginNow()
  const world = liveWorld(origin)
  const tested = await readTestInput(world.files, path, flags, choice?.kind)
  const { input, ...underTest } = tested
  const profile = profileNamed(input.settings.path)
  const directory = flags.output ?? `.hitless/runs/${runName(origin.wallMs)}`
  if (flags.json !== undefined) await emptyReport(flags.json)
  const writer = await openRecording(world.files, directory)
  const screen = newScreen({ color: flags.color !== false, stream: peoplesStream(flags) })
  const runtime = await startRuntime({
    choice,
    world,
    images: await openImages(world, input.settings.images),
    onWarning: printWarning,
  })
  const podFiles = { files: world.files, podDirectory: resolve(directory, 'pods') }
  const stops = [() => world.files.remove(podFiles.podDirectory), () => runtime.stop()]
  try {
    stops.push(await openHostServices(input.settings.hostServices, runtime.hostAddress))
    const recording = await runExperiment({
      input,
      ...underTest,
      clock: world.clock,
      startCluster: (recorder) =>
        startCluster({
          ...world,
          network: clusterNetwork(world.network, runtime.addressing),
          runtime,
          startDataPlane: threadedForwarder(origin, { addressing: runtime.addressing }),
          profile,
          recorder,
          logDirectory: resolve(directory, 'logs'),
          podFiles,
          // Where pods reach addresses of Services, they reach that of the DNS.
          hasDns: hasServiceAddresses(runtime.addressing),
          machine: { cpu: availableParallelism(), memory: totalmem() },
        }),
      startLoad: threadedLoad(origin, runtime.addressing),
      runId: newRunId(world.random),
      engine: `embedded · ${describeRuntime(runtime, choice)}`,
      path: pathOf(profile),
      writer,
      hitlessVersion: version,
      onProgress: (progress) => screen.show(progress),
      signal: interruption.signal,
    })
    screen.end()
    const verdict = judge(recording)
    await printVerdict({ recording, verdict, directory, flags })
    return interruption.signal.aborted ? INTERRUPTED_EXIT_CODE : exitCodeOf(verdict)
  } finally {
    screen.end()
    await stopAll(stops)
  }
}

function pathOf(profile: Profile) {
  return {
    profile: profile.name,
    description: profile.description,
    lagMsMax: lagMsMaxOf(profile),
    dataPlane: 'user-space forwarder' as const,
  }
}

/** A name that sorts by time: `2026-11-21T09-30-00.123Z`. */
function runName(wallMs: number): string {
  return new Date(wallMs).toISOString().replaceAll(':', '-')
}
