import { fill, mapField, mapItems, withoutZeros, type Fields } from './fill.ts'

/** pkg/apis/core/v1/defaults.go, for a pod or a pod template. */
export function defaultPodSpec(spec: Fields): Fields {
  let filled = fill(withoutZeros(spec, POD_ZEROS), {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    serviceAccount: spec['serviceAccountName'],
    serviceAccountName: spec['serviceAccount'],
  })
  filled = mapItems(filled, 'volumes', defaultVolume)
  filled = mapItems(filled, 'initContainers', defaultContainer)
  return mapItems(filled, 'containers', defaultContainer)
}

/** Where false, 0 and empty mean the same as absent. */
const POD_ZEROS = [
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
  'topologySpreadConstraints',
  'hostname',
  'subdomain',
  'nodeName',
  'priorityClassName',
]

const CONTAINER_ZEROS = [
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

function defaultContainer(container: Fields): Fields {
  let filled = fill(withoutZeros(container, CONTAINER_ZEROS), {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: defaultPullPolicy(container['image']),
  })
  filled = mapItems(filled, 'ports', (port) => fill(port, { protocol: 'TCP' }))
  filled = mapItems(filled, 'env', defaultVariable)
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    filled = mapField(filled, probe, defaultProbe)
  }
  return mapField(filled, 'lifecycle', (lifecycle) =>
    mapField(mapField(lifecycle, 'postStart', defaultHandler), 'preStop', defaultHandler),
  )
}

/** https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting */
function defaultPullPolicy(image: unknown): string {
  const name = typeof image === 'string' ? image : ''
  const [reference = '', digest] = name.split('@', 2)
  const tag = /:([^/:]+)$/.exec(reference)?.[1]
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent'
}

function defaultVariable(variable: Fields): Fields {
  return mapField(withoutZeros(variable, ['value']), 'valueFrom', (source) =>
    mapField(source, 'fieldRef', (reference) => fill(reference, { apiVersion: 'v1' })),
  )
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
  return mapField(handler, 'httpGet', (action) =>
    fill(withoutZeros(action, ['path', 'host', 'httpHeaders']), { path: '/', scheme: 'HTTP' }),
  )
}

function defaultVolume(volume: Fields): Fields {
  const sources = Object.keys(volume).filter((field) => field !== 'name')
  if (sources.length === 0) return { ...volume, emptyDir: {} }
  let filled = mapField(volume, 'hostPath', (source) => fill(source, { type: '' }))
  for (const source of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    filled = mapField(filled, source, (fields) => fill(fields, { defaultMode: 420 }))
  }
  return mapField(filled, 'downwardAPI', (source) =>
    mapItems(source, 'items', (item) =>
      mapField(item, 'fieldRef', (reference) => fill(reference, { apiVersion: 'v1' })),
    ),
  )
}
