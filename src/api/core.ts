import type { ApiObject, Condition } from './meta.ts'
import type { ResourceAmounts, Taint } from './scheduling.ts'

export interface Namespace extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Namespace'
  readonly spec?: { readonly finalizers?: readonly string[] }
  readonly status?: {
    readonly phase?: 'Active' | 'Terminating'
    readonly conditions?: readonly Condition[]
  }
}

export interface ConfigMap extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'ConfigMap'
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
  readonly immutable?: boolean
}

export interface Node extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Node'
  readonly spec?: {
    readonly unschedulable?: boolean
    readonly podCIDR?: string
    /** One for each family of addresses. */
    readonly podCIDRs?: readonly string[]
    readonly taints?: readonly Taint[]
  }
  readonly status?: {
    readonly capacity?: ResourceAmounts
    /** What pods may ask for. */
    readonly allocatable?: ResourceAmounts
    readonly conditions?: readonly NodeCondition[]
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly nodeInfo?: {
      readonly kubeletVersion?: string
      readonly operatingSystem?: string
      /** As Go names it: `amd64`. */
      readonly architecture?: string
      readonly osImage?: string
      readonly kernelVersion?: string
      readonly containerRuntimeVersion?: string
    }
  }
}

export interface NodeCondition extends Condition {
  /** RFC 3339; when the kubelet said so last. */
  readonly lastHeartbeatTime?: string
}

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ (the core form). */
export interface Event extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Event'
  readonly involvedObject: ObjectReference
  readonly reason: string
  readonly message: string
  readonly type: 'Normal' | 'Warning'
  readonly count?: number
  readonly firstTimestamp?: string
  readonly lastTimestamp?: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly reportingComponent?: string
  readonly reportingInstance?: string
  /** What was done, in one word: `Kill`. */
  readonly action?: string
  /** Another object that it is about. */
  readonly related?: ObjectReference
  /** RFC 3339 with microseconds. */
  readonly eventTime?: string
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
}

export interface ObjectReference {
  readonly apiVersion?: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}
