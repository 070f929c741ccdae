import type { Labels } from './meta.ts'
import type { LabelSelector } from './selector.ts'

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export interface Taint {
  readonly key: string
  readonly value?: string
  /** NoSchedule, PreferNoSchedule or NoExecute. */
  readonly effect: string
  /** RFC 3339; when pods began to have to go (NoExecute). */
  readonly timeAdded?: string
}

export interface Toleration {
  /** Absent with `Exists`: every key. */
  readonly key?: string
  readonly operator?: 'Equal' | 'Exists'
  readonly value?: string
  /** Absent: every effect. */
  readonly effect?: string
  /** How long a pod stays on a node with a NoExecute taint. Absent: for ever. */
  readonly tolerationSeconds?: number
}

export interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
      readonly weight: number
      readonly preference: NodeSelectorTerm
    }[]
  }
  readonly podAffinity?: PodAffinity
  readonly podAntiAffinity?: PodAffinity
}

export interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number
    readonly podAffinityTerm: PodAffinityTerm
  }[]
}

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: LabelSelector
  readonly topologyKey: string
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

/** One of the terms has to match. */
export interface NodeSelector {
  readonly nodeSelectorTerms?: readonly NodeSelectorTerm[]
}

/** All requirements have to hold; a term without any matches nothing. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[]
  readonly matchFields?: readonly NodeSelectorRequirement[]
}

export interface NodeSelectorRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  readonly values?: readonly string[]
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
export interface TopologySpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  readonly labelSelector?: LabelSelector
  readonly minDomains?: number
  readonly matchLabelKeys?: readonly string[]
  /** Default Honor. */
  readonly nodeAffinityPolicy?: 'Honor' | 'Ignore'
  /** Default Ignore. */
  readonly nodeTaintsPolicy?: 'Honor' | 'Ignore'
}

/** What decides over the place of a pod. */
export interface SchedulingFields {
  readonly schedulerName?: string
  readonly nodeSelector?: Labels
  readonly affinity?: Affinity
  readonly tolerations?: readonly Toleration[]
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[]
  readonly schedulingGates?: readonly { readonly name: string }[]
}

/** By the name of the resource: `cpu`, `memory`, `pods`. */
export type ResourceAmounts = Readonly<Record<string, string | number>>
