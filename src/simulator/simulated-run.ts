import type { SourcedObject } from '../api/sourced-object.ts'
import type { Deployment } from '../api/workload.ts'
import { startCluster } from '../cluster/cluster.ts'
import { runExperiment } from '../experiment/experiment.ts'
import type { Progress } from '../experiment/progress.ts'
import { startLoad } from '../load/engine.ts'
import { newRunId } from '../load/run-id.ts'
import type { Input } from '../manifest/input.ts'
import { startForwarder } from '../proxy/forwarder.ts'
import { lagMsMaxOf, type Profile } from '../proxy/profile.ts'
import type { Recording } from '../verdict/recording.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { ModelledApp } from './modelled-app.ts'
import { SimulatedFiles } from './simulated-files.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedRuntime } from './simulated-runtime.ts'

export interface SimulatedRunOptions {
  readonly input: Input
  readonly deployment: Deployment
  readonly changedObjects?: readonly SourcedObject[]
  /** What each image does, by its name. */
  readonly apps: Readonly<Record<string, ModelledApp>>
  readonly profile: Profile
  /** The same seed gives the same recording, byte for byte. */
  readonly seed: number
  readonly onProgress?: (progress: Progress) => void
}

export interface SimulatedRun {
  readonly recording: Recording
  /** How long the run took, virtual milliseconds. */
  readonly durationMs: number
  /** Timers left when everything had been stopped: 0 unless a component forgot one. */
  readonly timersLeft: number
}

/**
 * One proof in virtual time: the same experiment, controllers, node, proxy and load engine as in
 * `hitless test`, over a clock that jumps to the next timer, simulated sockets and modelled apps.
 */
export async function simulateRun(options: SimulatedRunOptions): Promise<SimulatedRun> {
  const clock = newVirtualClock()
  const random = seededRandom(options.seed)
  const network = new SimulatedNetwork({ clock, localPrefix: SERVICE_ADDRESSES })
  const files = new SimulatedFiles()
  const runtime = new SimulatedRuntime({ clock, network, apps: options.apps })
  const { profile, onProgress = () => undefined } = options
  const experiment = runExperiment({
    input: options.input,
    deployment: options.deployment,
    changedObjects: options.changedObjects ?? [],
    clock,
    startCluster: (recorder) =>
      startCluster({
        clock,
        random,
        network,
        runtime,
        startDataPlane: (onConnections) =>
          startForwarder({ network, clock, random, onConnections }),
        profile,
        recorder,
        logDirectory: '/',
        podFiles: { files, podDirectory: '/pods' },
      }),
    startLoad: (plan, handlers) => startLoad({ clock, network }, plan, handlers),
    // From a source of its own: the rest of the run is as it would be without.
    runId: newRunId(seededRandom(options.seed)),
    engine: `simulated · ${runtime.description}`,
    path: {
      profile: profile.name,
      description: profile.description,
      lagMsMax: lagMsMaxOf(profile),
      dataPlane: 'user-space forwarder',
    },
    hitlessVersion: 'simulated',
    onProgress,
    signal: new AbortController().signal,
  })
  let settled = false
  const settle = () => {
    settled = true
  }
  experiment.then(settle, settle)
  await clock.runUntil(() => settled, LIMIT_MS)
  const recording = await experiment
  return { recording, durationMs: clock.monotonicNs() / 1e6, timersLeft: clock.timerCount }
}

/** The addresses of Services, which belong to the node itself. */
const SERVICE_ADDRESSES = '10.96.'

/** A run has a timeout of its own; this is only for one that would never look at it. */
const LIMIT_MS = 24 * 3_600_000
