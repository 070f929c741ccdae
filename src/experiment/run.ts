import type { Cluster } from '../cluster/cluster.ts'
import type { LoadGenerator, LoadHandlers, LoadPlan } from '../load/plan.ts'
import type { GeneratorReport } from '../timeline/generator.ts'
import type { Phase } from '../timeline/fact.ts'
import type { RunDescription } from '../verdict/recording.ts'
import { applyObjects } from './apply.ts'
import { watchEngine } from './engine-heartbeat.ts'
import type { Journal } from './journal.ts'
import { loadPlanOf } from './load-plan.ts'
import { observeCluster } from './observer.ts'
import type { ExperimentOptions, ExperimentPlan } from './options.ts'
import { RowContext } from './row-context.ts'
import { isComplete, podsOf } from './situation.ts'
import { type WaitOptions, waitFor, waitUntil } from './waiting.ts'

/** What running it added to the description of the run. */
export type RunOutcome = Pick<RunDescription, 'generator' | 'cutShort'>

/** The steps of a run and what they have opened. */
export class Run {
  readonly #options: ExperimentOptions
  readonly #plan: ExperimentPlan
  readonly #journal: Journal
  readonly #deployment: { readonly namespace: string; readonly name: string }
  readonly #deadlineNs: number
  readonly #rows: RowContext
  #cluster: Cluster | undefined
  #observer: { stop(): void } | undefined
  #load: LoadGenerator | undefined
  #stopWatching = () => {}

  constructor(options: ExperimentOptions, plan: ExperimentPlan, journal: Journal) {
    const { metadata } = options.deployment
    this.#options = options
    this.#plan = plan
    this.#journal = journal
    this.#deployment = { namespace: metadata.namespace ?? 'default', name: metadata.name }
    this.#rows = new RowContext(journal, this.#deployment)
    this.#deadlineNs = options.clock.monotonicNs() + options.input.settings.timeoutMs * 1e6
  }

  async apply(): Promise<void> {
    const pods = this.#options.deployment.spec.replicas ?? 1
    this.#enter('apply', `starting ${pods === 1 ? '1 pod' : `${pods} pods`}`)
    const stopTelling = this.#tellReadyPods(pods)
    try {
      await this.#startPods()
    } finally {
      stopTelling()
    }
  }

  async #startPods(): Promise<void> {
    const { clock, input } = this.#options
    this.#stopWatching = watchEngine(clock, this.#journal)
    this.#cluster = await this.#options.startCluster(this.#journal)
    this.#observer = await observeCluster(this.#cluster.client, clock, this.#journal)
    await applyObjects(this.#cluster.client, input.objects)
    const { namespace, name, port } = this.#plan.target
    await waitUntil((situation) => {
      const endpoints = situation.endpoints.get(`${namespace}/${name}`) ?? []
      // An endpoint stands there once for each port of the Service.
      const ready = new Set(endpoints.filter((endpoint) => endpoint.ready).map(({ ip }) => ip))
      const programmed = situation.programmed.get(`${namespace}/${name}:${port}`) ?? []
      return (
        isComplete(situation.deployments.get(this.#deploymentKey)) &&
        ready.size > 0 &&
        programmed.length === ready.size
      )
    }, this.#waiting('the first pods to be available and in the proxy'))
  }

  #tellReadyPods(desired: number): () => void {
    let told = 0
    return this.#journal.subscribe((fact) => {
      if (fact.kind !== 'pod-observed') return
      const pods = podsOf(this.#journal.situation, this.#deployment)
      const ready = pods.filter((pod) => pod.ready).length
      if (ready === told) return
      told = ready
      const message = `${ready} of ${desired} ready`
      this.#options.onProgress({ kind: 'phase', phase: 'apply', message })
    })
  }

  async baseline(): Promise<void> {
    this.#enter('baseline', 'load without a change')
    const plan = await this.#loadPlan()
    this.#load = this.#options.startLoad(plan, this.#loadHandlers())
    const { startedAt } = await this.#load.start()
    this.#rows.startAt(startedAt)
    await waitFor(this.#options.input.settings.baselineMs, this.#waiting('the baseline to end'))
  }

  async rollout(): Promise<void> {
    const { client } = this.#started()
    const oldPods = podsOf(this.#journal.situation, this.#deployment).map(({ pod }) => pod.uid)
    this.#enter('rollout', this.#plan.change.description)
    await this.#plan.change.apply(client)
    this.#journal.record({ kind: 'change-applied', description: this.#plan.change.description })
    await waitUntil(
      (situation) =>
        isComplete(situation.deployments.get(this.#deploymentKey)) &&
        oldPods.every((uid) => !situation.pods.has(uid)) &&
        podsOf(situation, this.#deployment).every(({ terminating }) => terminating === undefined),
      this.#waiting('the rollout to complete and the last old pod to go'),
    )
  }

  async settle(): Promise<void> {
    this.#enter('settle', 'load after the rollout')
    await waitFor(
      this.#options.input.settings.settleMs,
      this.#waiting('the end of the settle time'),
    )
  }

  /** Ends the load, then the cluster. What had not been started is not stopped. */
  async stop(): Promise<RunOutcome> {
    this.#enter('stop', 'stopping everything')
    let generator: GeneratorReport | undefined
    try {
      generator = await this.#load?.stop()
    } finally {
      this.#load = undefined
      this.#stopWatching()
      this.#observer?.stop()
      await this.#cluster?.stop()
      this.#cluster = undefined
    }
    return generator === undefined ? {} : { generator }
  }

  #enter(phase: Phase, message: string): void {
    this.#journal.record({ kind: 'phase-started', phase })
    this.#options.onProgress({ kind: 'phase', phase, message })
  }

  async #loadPlan(): Promise<LoadPlan> {
    const { namespace, name } = this.#plan.target
    const service = await this.#started().client.get('Service', { namespace, name })
    const { input, runId, loadTls: tls } = this.#options
    return loadPlanOf(input.settings.load, { target: this.#plan.target, service, tls }, runId)
  }

  #loadHandlers(): LoadHandlers {
    return {
      onRecords: (records) => this.#journal.addRecords(records),
      onStall: (stallMs) => this.#journal.record({ kind: 'generator-stalled', stallMs }),
      onRow: (row) =>
        this.#options.onProgress({ kind: 'row', row, context: this.#rows.of(row.second) }),
    }
  }

  #started(): Cluster {
    if (this.#cluster === undefined) throw new TypeError('the cluster has not been started')
    return this.#cluster
  }

  get #deploymentKey(): string {
    return `${this.#deployment.namespace}/${this.#deployment.name}`
  }

  #waiting(goal: string): WaitOptions {
    return {
      clock: this.#options.clock,
      journal: this.#journal,
      deployment: this.#deployment,
      deadlineNs: this.#deadlineNs,
      signal: this.#options.signal,
      goal,
    }
  }
}
