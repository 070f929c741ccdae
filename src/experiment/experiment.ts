import { isKind } from '../api/kinds.ts'
import type { Recording } from '../verdict/recording.ts'
import { planChange } from './change.ts'
import { cutMessage } from './cut-message.ts'
import { Journal } from './journal.ts'
import type { ExperimentOptions, ExperimentPlan } from './options.ts'
import { Run, type RunOutcome } from './run.ts'
import { describeRun } from './run-description.ts'
import { resolveTarget } from './target.ts'
import { CutShort } from './waiting.ts'

/**
 * One proof: apply, wait until available, load, change, wait until the rollout is complete and the
 * last old pod is gone, settle, stop everything. What was cut short is recorded, not thrown;
 * HitlessError is for input that cannot be run at all. Nothing is left running in either case.
 */
export async function runExperiment(options: ExperimentOptions): Promise<Recording> {
  const { clock, writer } = options
  const journal = new Journal(clock, writer)
  const plan = planExperiment(options)
  const planned = describeRun(options, plan)
  await writer?.describe(planned)
  options.onProgress({ kind: 'planned', run: planned, pods: options.deployment.spec.replicas ?? 1 })
  try {
    const run = { ...planned, ...(await execute(options, plan, journal)) }
    await writer?.describe(run)
    return { run, facts: journal.facts, requests: journal.requests() }
  } finally {
    await writer?.close()
  }
}

function planExperiment(options: ExperimentOptions): ExperimentPlan {
  const { input, deployment, changedObjects, clock } = options
  const services = input.objects
    .map(({ object }) => object)
    .filter((object) => isKind(object, 'Service'))
  return {
    change: planChange(input.settings.change, deployment, changedObjects, clock),
    target: resolveTarget(input.settings.load.target, deployment, services),
  }
}

async function execute(
  options: ExperimentOptions,
  plan: ExperimentPlan,
  journal: Journal,
): Promise<RunOutcome> {
  const { metadata } = options.deployment
  const run = new Run(options, plan, journal)
  try {
    await run.apply()
    await run.baseline()
    await run.rollout()
    await run.settle()
    return await run.stop()
  } catch (error) {
    if (!(error instanceof CutShort)) {
      await run.stop()
      throw error
    }
    journal.record({ kind: 'run-interrupted', reason: error.reason })
    // Before the pods are ended: their last words are those of their own end.
    const message = cutMessage(error, journal.situation, {
      namespace: metadata.namespace ?? 'default',
      name: metadata.name,
    })
    return { ...(await run.stop()), cutShort: { reason: error.reason, message } }
  }
}
