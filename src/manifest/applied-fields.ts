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
    'initialDelaySeconds',
    'periodSeconds',
    'timeoutSeconds',
    'successThreshold',
    'failureThreshold',
    'terminationGracePeriodSeconds',
  ],
  warnings: { grpc: 'gRPC probes are not run yet; this one always fails' },
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
  ],
  harmless: {
    terminationMessagePath: ['/dev/termination-log'],
    terminationMessagePolicy: ['File'],
  },
  warnings: {
    volumeDevices: 'there are no block devices; pods that want one do not start',
  },
  notes: {
    resources: 'containers have no limits of CPU or memory yet',
    securityContext: 'containers run as the user who runs hitless',
  },
  inner: {
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
    emptyDir: {
      applied: [],
      notes: {
        medium: 'Memory is kept on the disk, and a pod with huge pages does not start',
        sizeLimit: 'it may grow as far as the disk goes',
      },
    },
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
  ],
  harmless: {
    schedulerName: ['default-scheduler'],
    preemptionPolicy: ['PreemptLowerPriority'],
    priority: [0],
  },
  warnings: {
    initContainers:
      'init containers and sidecars are not run yet; the other containers start at once',
    hostNetwork: 'each pod has a network of its own',
    activeDeadlineSeconds: 'pods are not ended at a deadline yet',
    readinessGates: 'readiness gates are not run yet; a pod is ready without them',
  },
  notes: {
    affinity: 'there is one node',
    nodeSelector: 'there is one node',
    tolerations: 'there is one node, without taints',
    topologySpreadConstraints: 'there is one node',
    imagePullSecrets: 'images are not pulled',
    securityContext: 'containers run as the user who runs hitless',
  },
  inner: { volumes: VOLUME_RULE, containers: CONTAINER_RULE },
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
