import { isApiError } from '../../src/api/api-error.ts'
import type { Pod } from '../../src/api/pod.ts'
import type { Environment } from './environment.ts'
import { deploymentOf, replicaSetOf } from './objects.ts'
import { Observer } from './observer.ts'
import { PlayedPods } from './played-pods.ts'
import { describeStep, type Scenario, type Step } from './scenario.ts'
import { isSettled } from './settled.ts'
import { MARK, takeSnapshot } from './snapshot.ts'
import type { Trace, TraceStep } from './trace.ts'
import { rolledBack } from './undo.ts'

/** More pods than this are never rolled: something goes in circles. */
const ROLLS_MAX = 60

/** Plays a scenario in a namespace of its own, and records what the controllers made of each step. */
export async function play(
  scenario: Scenario,
  environment: Environment,
  namespace: string,
): Promise<Trace> {
  await environment.makeNamespace(namespace)
  const { client } = environment
  const observer = await Observer.start(client, namespace)
  const player = new Player(environment, namespace, observer)
  const steps: TraceStep[] = []
  try {
    for (const step of scenario.steps) {
      await player.do(step)
      const lines = await takeSnapshot(client, namespace, observer)
      const variants = [...lines].map(([key, value]) => [key, [value]] as const)
      steps.push({ heading: describeStep(step), lines: new Map(variants) })
    }
  } finally {
    observer.stop()
  }
  return { about: scenario.about, steps }
}

class Player {
  readonly #environment: Environment
  readonly #namespace: string
  readonly #observer: Observer
  readonly #pods: PlayedPods

  constructor(environment: Environment, namespace: string, observer: Observer) {
    this.#environment = environment
    this.#namespace = namespace
    this.#observer = observer
    this.#pods = new PlayedPods(environment.client, namespace, () => environment.nowMs())
  }

  /** Resolves when nothing happens any more. */
  async do(step: Step): Promise<void> {
    const { client } = this.#environment
    const name = { namespace: this.#namespace, name: 'web' }
    switch (step.do) {
      case 'create':
        await client.create('Deployment', deploymentOf(step.wish, this.#namespace))
        break
      case 'patch':
        await client.patch('Deployment', name, step.patch)
        break
      case 'undo':
        await this.#undo(step.to)
        break
      case 'delete':
        await client.delete('Deployment', name, { propagationPolicy: step.policy })
        break
      case 'create-replica-set':
        await client.create('ReplicaSet', replicaSetOf(step, this.#namespace, step.labels))
        break
      case 'patch-replica-set': {
        const replicaSet = this.#observer.replicaSetNames[step.number - 1] ?? ''
        await client.patch('ReplicaSet', { ...name, name: replicaSet }, step.patch)
        break
      }
      case 'wait':
        await this.#environment.pass(step.seconds)
        break
      default:
        return this.#doToPods(step)
    }
    await this.#quiet()
  }

  async #doToPods(
    step: Exclude<
      Step,
      {
        do:
          | 'create'
          | 'patch'
          | 'undo'
          | 'delete'
          | 'wait'
          | 'create-replica-set'
          | 'patch-replica-set'
      }
    >,
  ): Promise<void> {
    const pods = this.#pods
    const { image } = step
    switch (step.do) {
      case 'ready':
        return this.#each(await pods.find(image, 'unready'), step.count, (pod) =>
          pods.setReady(pod, true),
        )
      case 'unready':
        return this.#each(await pods.find(image, 'ready'), step.count, (pod) =>
          pods.setReady(pod, false),
        )
      case 'fail':
        return this.#each(await pods.find(image, 'active'), step.count, (pod) => pods.fail(pod))
      case 'delete-pods':
        return this.#each(await pods.find(image, 'active'), step.count, (pod) => pods.delete(pod))
      case 'gone':
        return this.#each(await pods.find(image, 'terminating'), step.count, (pod) =>
          pods.remove(pod),
        )
      case 'ready-at-once':
        for (const pod of await pods.find(image, 'unready')) await pods.setReady(pod, true)
        return this.#quiet()
      case 'roll':
        return this.#roll(image)
      case 'mark': {
        const annotations = { [MARK]: step.mark, ...step.annotations }
        const found = await pods.find(image, step.state)
        return this.#each(found, 1, (pod) => pods.patch(pod, { annotations }))
      }
      case 'relabel-pod':
        return this.#each(await pods.find(image, 'ready'), 1, (pod) =>
          pods.patch(pod, { labels: step.labels }),
        )
    }
  }

  /** One after another, each until nothing happens any more. */
  async #each(
    found: readonly Pod[],
    count: number | 'all',
    change: (pod: Pod) => Promise<void>,
  ): Promise<void> {
    const wanted = count === 'all' ? found.length : count
    if (found.length < wanted || wanted === 0) throw new Error(`${found.length} pods of ${count}`)
    for (const pod of found.slice(0, wanted)) {
      await change(pod)
      await this.#quiet()
    }
  }

  async #roll(image: string): Promise<void> {
    for (let round = 0; round < ROLLS_MAX; round++) {
      const [pod] = await this.#pods.find(image, 'unready')
      if (pod === undefined) return
      await this.#pods.setReady(pod, true)
      await this.#quiet()
    }
    throw new Error(`the pods of ${image} never cease to be unready`)
  }

  /** A controller may write in between: then once more, as kubectl's patch would. */
  async #undo(revision: number, attempts = 5): Promise<void> {
    const { client } = this.#environment
    const namespace = this.#namespace
    const deployment = await client.get('Deployment', { namespace, name: 'web' })
    const { items } = await client.list('ReplicaSet', { namespace })
    try {
      await client.update('Deployment', rolledBack(deployment, items, revision))
    } catch (error) {
      if (!isApiError(error, 'Conflict') || attempts === 0) throw error
      await this.#undo(revision, attempts - 1)
    }
  }

  #quiet(): Promise<void> {
    return this.#environment.quiet({
      activity: () => this.#observer.activity,
      isSettled: () => isSettled(this.#environment.client, this.#namespace),
    })
  }
}
