/** What the engine does with the fields of one object: a field in none of the lists is a note. */
export interface FieldRule {
  /** Acted on. */
  readonly applied: readonly string[]
  /** Values that describe what the engine does anyway. */
  readonly harmless?: Readonly<Record<string, readonly unknown[]>>
  /** Not acted on in a way that may change the outcome of a run, with what happens instead. */
  readonly warnings?: Readonly<Record<string, string>>
  /** Not acted on, with what happens instead. */
  readonly notes?: Readonly<Record<string, string>>
  /** Every field in none of the lists is a warning, with what happens instead. */
  readonly others?: string
  /** Findings name the item they are about, and say what it is. */
  readonly isNamed?: 'container' | 'volume'
  /** The same for what is inside, items of lists included. */
  readonly inner?: Readonly<Record<string, FieldRule>>
}

const PROBE_RULE: FieldRule = {
  applied: [
    'exec',
    'httpGet',
    'tcpSocket',
    'grpc',
    'initialDelaySeconds',
    'periodSeconds',
    'timeoutSeconds',
    'successThreshold',
    'failureThreshold',
    'terminationGracePeriodSeconds',
  ],
}

const VARIABLE_RULE: FieldRule = {
  applied: ['name', 'value', 'valueFrom'],
  inner: {
    valueFrom: {
      applied: ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'],
      warnings: {
        fileKeyRef: 'its feature gate (EnvFiles) is off in Kubernetes 1.34; the variable is empty',
      },
    },
  },
}

/** Where the machine lets them be held to; where not, the run says so. Requests are what the scheduler looks at. */
const RESOURCES_RULE: FieldRule = {
  applied: ['limits', 'requests'],
  inner: {
    limits: {
      applied: ['cpu', 'memory'],
      notes: { 'ephemeral-storage': 'containers may write as far as the disk goes' },
    },
  },
}

const SECURITY_FIELDS = ['runAsUser', 'runAsGroup', 'runAsNonRoot']

const CONTAINER_RULE: FieldRule = {
  isNamed: 'container',
  applied: [
    'name',
    'image',
    'imagePullPolicy',
    'command',
    'args',
    'workingDir',
    'env',
    'envFrom',
    'volumeMounts',
    'ports',
    'readinessProbe',
    'livenessProbe',
    'startupProbe',
    'lifecycle',
    'resources',
    'securityContext',
    'terminationMessagePath',
    'terminationMessagePolicy',
  ],
  warnings: {
    volumeDevices: 'there are no block devices; pods that want one do not start',
  },
  inner: {
    resources: RESOURCES_RULE,
    securityContext: { applied: SECURITY_FIELDS },
    readinessProbe: PROBE_RULE,
    livenessProbe: PROBE_RULE,
    startupProbe: PROBE_RULE,
    lifecycle: {
      applied: ['postStart', 'preStop'],
      warnings: { stopSignal: 'write stopSignal beside the command of the image in hitless.yaml' },
    },
    ports: { applied: ['name', 'containerPort', 'protocol'] },
    env: VARIABLE_RULE,
    envFrom: { applied: ['prefix', 'configMapRef', 'secretRef'] },
    volumeMounts: {
      applied: ['name', 'mountPath', 'readOnly', 'subPath', 'subPathExpr'],
      harmless: { mountPropagation: ['None'], recursiveReadOnly: ['Disabled'] },
      notes: {
        mountPropagation: 'nothing is mounted for containers later',
        recursiveReadOnly: 'what is mounted inside of it may be written',
      },
    },
  },
}

const INIT_CONTAINER_RULE: FieldRule = {
  ...CONTAINER_RULE,
  applied: [...CONTAINER_RULE.applied, 'restartPolicy'],
}

const PROJECTION_RULE: FieldRule = {
  applied: ['configMap', 'secret', 'downwardAPI'],
  warnings: {
    serviceAccountToken: 'only hitless up makes tokens; in hitless test the pod does not start',
  },
  others: 'there are no such files; pods that mount the volume do not start',
}

const VOLUME_RULE: FieldRule = {
  isNamed: 'volume',
  applied: ['name', 'emptyDir', 'hostPath', 'configMap', 'secret', 'downwardAPI', 'projected'],
  others: 'there are no such volumes; pods that mount it do not start',
  inner: {
    projected: {
      applied: ['sources', 'defaultMode'],
      inner: { sources: PROJECTION_RULE },
    },
  },
}

export const POD_SPEC_RULE: FieldRule = {
  applied: [
    'containers',
    'restartPolicy',
    'terminationGracePeriodSeconds',
    'hostname',
    'nodeName',
    'enableServiceLinks',
    'volumes',
    'subdomain',
    'setHostnameAsFQDN',
    'hostAliases',
    'dnsPolicy',
    'dnsConfig',
    'serviceAccount',
    'serviceAccountName',
    'automountServiceAccountToken',
    'initContainers',
    'activeDeadlineSeconds',
    'shareProcessNamespace',
    'securityContext',
  ],
  harmless: {
    schedulerName: ['default-scheduler'],
    preemptionPolicy: ['PreemptLowerPriority'],
    priority: [0],
  },
  warnings: {
    hostNetwork: 'each pod has a network of its own',
    readinessGates:
      'nothing here sets their conditions; without something that does no pod is ready',
  },
  notes: {
    affinity: 'there is one node',
    nodeSelector: 'there is one node',
    tolerations: 'there is one node, without taints',
    topologySpreadConstraints: 'there is one node',
    imagePullSecrets: 'images are not pulled',
  },
  inner: {
    volumes: VOLUME_RULE,
    containers: CONTAINER_RULE,
    initContainers: INIT_CONTAINER_RULE,
    securityContext: { applied: [...SECURITY_FIELDS, 'supplementalGroups', 'fsGroup'] },
  },
}

export const SERVICE_SPEC_RULE: FieldRule = {
  applied: ['type', 'selector', 'ports', 'clusterIP', 'clusterIPs', 'publishNotReadyAddresses'],
  harmless: {
    type: ['ClusterIP'],
    sessionAffinity: ['None'],
    ipFamilies: [['IPv4']],
    ipFamilyPolicy: ['SingleStack'],
    internalTrafficPolicy: ['Cluster'],
    externalTrafficPolicy: ['Cluster'],
    allocateLoadBalancerNodePorts: [true],
  },
  warnings: { sessionAffinity: 'each connection goes to any endpoint' },
  notes: {
    type: 'the Service is served on its cluster IP only; no node port, no load balancer',
  },
  inner: {
    ports: {
      applied: ['name', 'protocol', 'port', 'targetPort', 'appProtocol'],
      harmless: { protocol: ['TCP'] },
      notes: { nodePort: 'no node port is opened', protocol: 'only TCP is forwarded' },
    },
  },
}
