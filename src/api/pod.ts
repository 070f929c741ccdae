import type { ApiObject, Condition, IntOrString, ObjectMeta } from './meta.ts'
import type { ResourceAmounts, SchedulingFields } from './scheduling.ts'
import type { FieldRef, ResourceFieldRef, Volume, VolumeMount } from './volume.ts'

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export interface Pod extends ApiObject {
  readonly apiVersion: 'v1'
  readonly kind: 'Pod'
  readonly spec: PodSpec
  readonly status?: PodStatus
}

export interface PodTemplate {
  readonly metadata?: Partial<ObjectMeta>
  readonly spec: PodSpec
}

export interface PodSpec extends SchedulingFields {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly ephemeralContainers?: readonly EphemeralContainer[]
  readonly nodeName?: string
  readonly hostname?: string
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never'
  /** Seconds from the deletion to SIGKILL, the preStop hook included. Default 30. */
  readonly terminationGracePeriodSeconds?: number
  readonly activeDeadlineSeconds?: number
  readonly shareProcessNamespace?: boolean
  readonly securityContext?: PodSecurityContext
  readonly volumes?: readonly Volume[]
  readonly serviceAccountName?: string
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[]
  readonly subdomain?: string
  readonly setHostnameAsFQDN?: boolean
  readonly dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None'
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[]
    readonly searches?: readonly string[]
    readonly options?: readonly { readonly name?: string; readonly value?: string }[]
  }
  /** What the runtime itself takes, besides the containers. */
  readonly overhead?: ResourceAmounts
  readonly resources?: { readonly requests?: ResourceAmounts; readonly limits?: ResourceAmounts }
  /** Conditions that other components set and that have to be True for the pod to be Ready. */
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly [field: string]: unknown
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never'
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly EnvFromSource[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly volumeDevices?: readonly { readonly name: string; readonly devicePath: string }[]
  readonly ports?: readonly ContainerPort[]
  readonly resources?: { readonly requests?: ResourceAmounts; readonly limits?: ResourceAmounts }
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: Lifecycle
  readonly securityContext?: SecurityContext
  /** Where it may write why it ends. Default /dev/termination-log. */
  readonly terminationMessagePath?: string
  readonly terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError'
  /** Of an init container: it is a sidecar. */
  readonly restartPolicy?: 'Always'
  readonly [field: string]: unknown
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
export interface SecurityContext {
  readonly runAsUser?: number
  readonly runAsGroup?: number
  readonly runAsNonRoot?: boolean
  readonly [field: string]: unknown
}

/** A container's own values win over the pod's. */
export interface PodSecurityContext extends SecurityContext {
  readonly fsGroup?: number
  readonly supplementalGroups?: readonly number[]
}

export interface ContainerPort {
  readonly name?: string
  readonly containerPort: number
  readonly hostPort?: number
  readonly hostIP?: string
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP'
  readonly [field: string]: unknown
}

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly fieldRef?: FieldRef
    readonly resourceFieldRef?: ResourceFieldRef
    readonly configMapKeyRef?: KeyRef
    readonly secretKeyRef?: KeyRef
    readonly [source: string]: unknown
  }
}

/** A key of a ConfigMap or a Secret. */
export interface KeyRef {
  readonly name: string
  readonly key: string
  readonly optional?: boolean
}

export interface EnvFromSource {
  readonly prefix?: string
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean }
  readonly secretRef?: { readonly name: string; readonly optional?: boolean }
  readonly [source: string]: unknown
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/ */
export interface Probe {
  readonly exec?: ExecAction
  readonly httpGet?: HttpGetAction
  readonly tcpSocket?: TcpSocketAction
  readonly grpc?: { readonly port: number; readonly service?: string }
  readonly initialDelaySeconds?: number
  readonly periodSeconds?: number
  readonly timeoutSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
  readonly terminationGracePeriodSeconds?: number
}

export interface ExecAction {
  readonly command?: readonly string[]
}

export interface HttpGetAction {
  readonly path?: string
  readonly port: IntOrString
  readonly host?: string
  readonly scheme?: 'HTTP' | 'HTTPS'
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[]
}

export interface TcpSocketAction {
  readonly port: IntOrString
  readonly host?: string
}

/** https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ */
export interface Lifecycle {
  readonly postStart?: LifecycleHandler
  readonly preStop?: LifecycleHandler
  readonly stopSignal?: string
}

/** Exactly one of these is set. */
export interface LifecycleHandler {
  readonly exec?: ExecAction
  readonly httpGet?: HttpGetAction
  readonly sleep?: { readonly seconds: number }
  readonly tcpSocket?: TcpSocketAction
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

export interface PodStatus {
  readonly phase?: PodPhase
  readonly reason?: string
  readonly message?: string
  /** Where the scheduler makes room for it. */
  readonly nominatedNodeName?: string
  readonly conditions?: readonly Condition[]
  readonly hostIP?: string
  readonly hostIPs?: readonly { readonly ip: string }[]
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly startTime?: string
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[]
  readonly observedGeneration?: number
}

/** Added to a pod that runs, for a look into it: https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/ */
export interface EphemeralContainer extends Container {
  /** The container whose processes it sees. */
  readonly targetContainerName?: string
}

export interface ContainerStatus {
  readonly name: string
  readonly image: string
  readonly imageID: string
  readonly containerID?: string
  readonly ready: boolean
  readonly started?: boolean
  readonly restartCount: number
  readonly state: ContainerState
  readonly lastState: ContainerState
}

/** At most one is set; an empty object means waiting without a reason yet. */
export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt: string }
  readonly terminated?: {
    readonly exitCode: number
    readonly signal?: number
    readonly reason?: string
    readonly message?: string
    readonly startedAt?: string
    readonly finishedAt?: string
    readonly containerID?: string
  }
}

export function podCondition(pod: Pod, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type)
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True'
}

/** The phase is final: Succeeded or Failed. */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isPodTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}
