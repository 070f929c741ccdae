import { isFields, textOf, type Fields } from '../../base/fields.ts'
import { fill, mapField, mapItems, withoutFields, withoutZeros } from './fill.ts'
import { roundQuantities } from './quantities.ts'
import { defaultReference } from './references.ts'
import { defaultVolume } from './volumes.ts'

/** pkg/apis/core/v1/defaults.go, for a pod or a pod template. */
export function defaultPodSpec(spec: Fields): Fields {
  let filled = fill(withoutZeros(withoutFields(spec, DISABLED), POD_ZEROS), {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    serviceAccount: spec['serviceAccountName'],
    serviceAccountName: spec['serviceAccount'],
  })
  filled = roundQuantities(filled, 'overhead')
  filled = mapField(filled, 'resources', defaultResources)
  filled = mapField(filled, 'securityContext', (context) => withoutZeros(context, CONTEXT_ZEROS))
  filled = mapItems(filled, 'volumes', defaultVolume)
  filled = mapItems(filled, 'tolerations', (toleration) =>
    withoutZeros(toleration, TOLERATION_ZEROS),
  )
  filled = mapItems(filled, 'initContainers', defaultInitContainer)
  filled = mapItems(filled, 'ephemeralContainers', defaultContainer)
  return mapItems(filled, 'containers', (container) =>
    defaultContainer(withoutFields(container, ['restartPolicy'])),
  )
}

/** What is filled into pods, but not into what they are made of (SetDefaults_Pod, and podStrategy.PrepareForCreate). */
export function defaultPod(pod: Fields): Fields {
  return mapField(pod, 'spec', (spec) => {
    const grace = spec['terminationGracePeriodSeconds']
    const isNegative = typeof grace === 'number' && grace < 0
    let filled = defaultPodSpec(fill(spec, { enableServiceLinks: true }))
    if (isNegative) filled = { ...filled, terminationGracePeriodSeconds: 1 }
    const ofContainer = (container: Fields): Fields => withHostPorts(withRequests(container), spec)
    return mapItems(mapItems(filled, 'initContainers', ofContainer), 'containers', ofContainer)
  })
}

/** Who has a limit asks for as much. */
function withRequests(container: Fields): Fields {
  return mapField(container, 'resources', (resources) => {
    const { limits } = resources
    if (!isFields(limits) || Object.keys(limits).length === 0) return resources
    const requests = isFields(resources['requests']) ? resources['requests'] : {}
    const filled = fill(requests, limits)
    return filled === requests ? resources : { ...resources, requests: filled }
  })
}

/** On the network of the host, a port of the container is one of the host. */
function withHostPorts(container: Fields, { hostNetwork }: Fields): Fields {
  if (hostNetwork !== true) return container
  return mapItems(container, 'ports', (port) => {
    const isUnset = port['hostPort'] === undefined || port['hostPort'] === 0
    return isUnset ? { ...port, hostPort: port['containerPort'] } : port
  })
}

/** Where false, 0 and empty mean the same as absent. */
const POD_ZEROS = [
  'restartPolicy',
  'dnsPolicy',
  'schedulerName',
  'serviceAccount',
  'serviceAccountName',
  'volumes',
  'initContainers',
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'nodeSelector',
  'tolerations',
  'imagePullSecrets',
  'hostAliases',
  'readinessGates',
  'schedulingGates',
  'topologySpreadConstraints',
  'overhead',
  'ephemeralContainers',
  'hostname',
  'subdomain',
  'nodeName',
  'priorityClassName',
]

/** Fields behind a feature gate that is off in 1.34: the API server drops them. */
const DISABLED = ['hostnameOverride']
const DISABLED_OF_CONTAINER = ['restartPolicyRules']

const CONTEXT_ZEROS = ['supplementalGroups', 'sysctls']
const TOLERATION_ZEROS = ['key', 'operator', 'value', 'effect']

const CONTAINER_ZEROS = [
  'imagePullPolicy',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'command',
  'args',
  'workingDir',
  'ports',
  'env',
  'envFrom',
  'volumeMounts',
  'volumeDevices',
  'resizePolicy',
  'stdin',
  'stdinOnce',
  'tty',
]

/** Only a sidecar says when it is restarted. */
function defaultInitContainer(container: Fields): Fields {
  const isSidecar = container['restartPolicy'] === 'Always'
  return defaultContainer(isSidecar ? container : withoutFields(container, ['restartPolicy']))
}

function defaultContainer(container: Fields): Fields {
  const enabled = withoutFields(container, DISABLED_OF_CONTAINER)
  let filled = fill(withoutZeros(enabled, CONTAINER_ZEROS), {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: defaultPullPolicy(container['image']),
  })
  filled = mapField(filled, 'resources', defaultResources)
  filled = mapItems(filled, 'ports', (port) =>
    fill(withoutZeros(port, PORT_ZEROS), { protocol: 'TCP' }),
  )
  filled = mapItems(filled, 'env', defaultVariable)
  filled = mapItems(filled, 'volumeMounts', (mount) => withoutZeros(mount, MOUNT_ZEROS))
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    filled = mapField(filled, probe, defaultProbe)
  }
  return mapField(filled, 'lifecycle', (lifecycle) =>
    mapField(
      mapField(withoutFields(lifecycle, ['stopSignal']), 'postStart', defaultHandler),
      'preStop',
      defaultHandler,
    ),
  )
}

const PORT_ZEROS = ['name', 'hostPort', 'hostIP', 'protocol']
const MOUNT_ZEROS = ['readOnly', 'subPath', 'subPathExpr']

function defaultResources(resources: Fields): Fields {
  const rounded = roundQuantities(roundQuantities(resources, 'limits'), 'requests')
  return withoutZeros(rounded, ['limits', 'requests', 'claims'])
}

/** https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting */
export function defaultPullPolicy(image: unknown): string {
  const [reference = '', digest] = textOf(image).split('@', 2)
  const tag = /:([^/:]+)$/.exec(reference)?.[1]
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent'
}

function defaultVariable(variable: Fields): Fields {
  return mapField(withoutZeros(variable, ['value']), 'valueFrom', defaultReference)
}

/** Zero is no period, timeout or threshold: the server takes it for absent. */
function defaultProbe(probe: Fields): Fields {
  const filled = fill(withoutZeros(probe, PROBE_ZEROS), {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  })
  return mapField(defaultHandler(filled), 'grpc', (action) => fill(action, { service: '' }))
}

const PROBE_ZEROS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
]

/** Of probes and hooks alike. */
function defaultHandler(handler: Fields): Fields {
  const filled = mapField(handler, 'httpGet', (action) =>
    fill(withoutZeros(action, ['path', 'host', 'httpHeaders', 'scheme']), {
      path: '/',
      scheme: 'HTTP',
    }),
  )
  return mapField(filled, 'tcpSocket', (action) => withoutZeros(action, ['host']))
}
