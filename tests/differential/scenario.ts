import type { IntOrString } from '../../src/api/meta.ts'

/** A Deployment as a scenario asks for it; always named `web`, with one container of the image `web:…`. */
export interface Wish {
  readonly replicas: number
  readonly image: string
  /** Absent with `unavailable` too: Kubernetes' defaults of 25 %. */
  readonly surge?: IntOrString
  readonly unavailable?: IntOrString
  readonly strategy?: 'RollingUpdate' | 'Recreate'
  readonly minReadySeconds?: number
  readonly progressDeadlineSeconds?: number
  readonly revisionHistoryLimit?: number
  readonly paused?: boolean
  readonly annotations?: Readonly<Record<string, string>>
  /** Pods are on a node: deleted ones stay, terminating, until the script ends them. Else they are gone at once. */
  readonly lingering?: boolean
}

/** How many of the pods that a step could mean. */
type Count = number | 'all'

/** What a script does to the cluster; pods are meant by their image, and any of those that fit will do. */
export type Step =
  | { readonly do: 'create'; readonly wish: Wish }
  /** A merge patch of the Deployment. */
  | {
      readonly do: 'patch'
      readonly what: string
      readonly patch: Readonly<Record<string, unknown>>
    }
  /** Template and annotations of an earlier revision, as kubectl takes them; 0: the one before. */
  | { readonly do: 'undo'; readonly to: number }
  | { readonly do: 'delete'; readonly policy: 'Background' | 'Foreground' | 'Orphan' }
  /** Unready pods become ready, one after another. */
  | { readonly do: 'ready'; readonly image: string; readonly count: Count }
  /** The same, but all at once. */
  | { readonly do: 'ready-at-once'; readonly image: string }
  /** Ready pods become unready, one after another. */
  | { readonly do: 'unready'; readonly image: string; readonly count: Count }
  /** Pods end by themselves with an error, for good. */
  | { readonly do: 'fail'; readonly image: string; readonly count: Count }
  /** Somebody deletes pods. */
  | { readonly do: 'delete-pods'; readonly image: string; readonly count: Count }
  /** Terminating pods are gone, one after another. */
  | { readonly do: 'gone'; readonly image: string; readonly count: Count }
  /** One ready (or unready) pod without such a mark gets it, and these annotations. */
  | {
      readonly do: 'mark'
      readonly image: string
      readonly state: 'ready' | 'unready'
      readonly mark: string
      readonly annotations: Readonly<Record<string, string>>
    }
  /** Labels of one ready pod, null removes. */
  | {
      readonly do: 'relabel-pod'
      readonly image: string
      readonly labels: Readonly<Record<string, string | null>>
    }
  /** Becomes ready whatever there is of the image, one after another, until nothing is unready. */
  | { readonly do: 'roll'; readonly image: string }
  /** A ReplicaSet made by hand. */
  | {
      readonly do: 'create-replica-set'
      readonly name: string
      readonly image: string
      readonly replicas: number
      readonly labels?: Readonly<Record<string, string>>
    }
  /** A merge patch of the n-th ReplicaSet, in the order of creation (1 is the first). */
  | {
      readonly do: 'patch-replica-set'
      readonly number: number
      readonly what: string
      readonly patch: Readonly<Record<string, unknown>>
    }
  | { readonly do: 'wait'; readonly seconds: number }

export interface Scenario {
  /** The name of its trace, and of its namespace. */
  readonly name: string
  /** One sentence. */
  readonly about: string
  readonly steps: readonly Step[]
  /** Lines of ours that are as good as those recorded, because Kubernetes leaves them to chance. */
  readonly accepted?: readonly Accepted[]
}

export interface Accepted {
  /** Counted from 1. */
  readonly step: number
  readonly why: string
  /** By key, as in the trace. */
  readonly lines: Readonly<Record<string, string>>
}

/** A step as its heading in the trace. */
export function describeStep(step: Step): string {
  switch (step.do) {
    case 'create':
      return `create ${describeWish(step.wish)}`
    case 'patch':
      return step.what
    case 'undo':
      return step.to === 0 ? 'undo' : `undo to revision ${step.to}`
    case 'delete':
      return `delete, ${step.policy}`
    case 'ready':
    case 'unready':
    case 'fail':
    case 'gone':
    case 'delete-pods':
      return `${step.do} ${step.count} of ${step.image}`
    case 'ready-at-once':
      return `ready all of ${step.image} at once`
    case 'mark':
      return `mark a pod of ${step.image} that is ${step.state}: ${step.mark}`
    case 'relabel-pod':
      return `relabel a pod of ${step.image}: ${JSON.stringify(step.labels)}`
    case 'roll':
      return `roll ${step.image}, one pod after another`
    case 'create-replica-set':
      return `create ReplicaSet ${step.name} of ${step.image} with ${step.replicas}`
    case 'patch-replica-set':
      return `ReplicaSet ${step.number}: ${step.what}`
    case 'wait':
      return `wait ${step.seconds} s`
  }
}

function describeWish(wish: Wish): string {
  const { replicas, image, surge, unavailable, ...rest } = wish
  const words = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const budget = surge === undefined ? '25%/25%' : `${surge}/${unavailable}`
  return [`${replicas} of ${image}, ${budget}`, ...words].join(' ')
}
