import { POD, variantsOf, type JsonObject } from './base-objects.ts'

const VOLUME = 'spec.volumes'
const MOUNTS = 'spec.containers.0.volumeMounts'
const DATA = { name: 'data', emptyDir: {} }

/** Volumes and where they are mounted. */
const VOLUME_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'a volume without a name': { [VOLUME]: [{ emptyDir: {} }] },
  'a volume name with a dot': { [VOLUME]: [{ name: 'a.b', emptyDir: {} }] },
  'two volumes of one name': { [VOLUME]: [DATA, DATA] },
  'a volume of two types': { [VOLUME]: [{ name: 'a', emptyDir: {}, hostPath: { path: '/a' } }] },
  'an emptyDir of a negative size': { [VOLUME]: [{ name: 'a', emptyDir: { sizeLimit: '-1' } }] },
  'a host path without a path': { [VOLUME]: [{ name: 'a', hostPath: { path: '' } }] },
  'a host path with backsteps': { [VOLUME]: [{ name: 'a', hostPath: { path: '/a/../b' } }] },
  'a host path of an unknown type': {
    [VOLUME]: [{ name: 'a', hostPath: { path: '/a', type: 'Any' } }],
  },
  'a secret volume without a name': { [VOLUME]: [{ name: 'a', secret: {} }] },
  'a secret volume of a wrong mode': {
    [VOLUME]: [{ name: 'a', secret: { secretName: 's', defaultMode: 512 } }],
  },
  'a ConfigMap volume without a name': { [VOLUME]: [{ name: 'a', configMap: {} }] },
  'a ConfigMap item without a key': {
    [VOLUME]: [{ name: 'a', configMap: { name: 'c', items: [{ path: 'p' }] } }],
  },
  'a ConfigMap item of an absolute path': {
    [VOLUME]: [{ name: 'a', configMap: { name: 'c', items: [{ key: 'k', path: '/p' }] } }],
  },
  'a ConfigMap item out of its volume': {
    [VOLUME]: [{ name: 'a', configMap: { name: 'c', items: [{ key: 'k', path: '../p' }] } }],
  },
  'a ConfigMap item of a reserved path': {
    [VOLUME]: [
      { name: 'a', configMap: { name: 'c', items: [{ key: 'k', path: '..p', mode: 1000 }] } },
    ],
  },
  'a claim without a name': { [VOLUME]: [{ name: 'a', persistentVolumeClaim: { claimName: '' } }] },
  'NFS without a server': { [VOLUME]: [{ name: 'a', nfs: { server: '', path: 'a' } }] },
  'a CSI driver of a bad name': { [VOLUME]: [{ name: 'a', csi: { driver: 'a_b' } }] },
  'a CSI volume without a driver': { [VOLUME]: [{ name: 'a', csi: { driver: '' } }] },
  'a downward file without a source': {
    [VOLUME]: [{ name: 'a', downwardAPI: { items: [{ path: 'p' }] } }],
  },
  'a downward file of a field that volumes lack': {
    [VOLUME]: [
      {
        name: 'a',
        downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'status.podIP' } }] },
      },
    ],
  },
  'a downward file of no container': {
    [VOLUME]: [
      {
        name: 'a',
        downwardAPI: { items: [{ path: 'p', resourceFieldRef: { resource: 'limits.cpu' } }] },
      },
    ],
  },
  'a projected source of two types': {
    [VOLUME]: [
      { name: 'a', projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } },
    ],
  },
  'two projected files of one path': {
    [VOLUME]: [
      {
        name: 'a',
        projected: {
          sources: [
            { secret: { name: 's', items: [{ key: 'k', path: 'p' }] } },
            { configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } },
          ],
        },
      },
    ],
  },
  'a token of a minute': {
    [VOLUME]: [
      {
        name: 'a',
        projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 60 } }] },
      },
    ],
  },
  'a token without a path': {
    [VOLUME]: [{ name: 'a', projected: { sources: [{ serviceAccountToken: { path: '' } }] } }],
  },
  'a mount without a name': { [VOLUME]: [DATA], [MOUNTS]: [{ mountPath: '/a' }] },
  'a mount of another volume': { [VOLUME]: [DATA], [MOUNTS]: [{ name: 'other', mountPath: '/a' }] },
  'a mount without a path': { [VOLUME]: [DATA], [MOUNTS]: [{ name: 'data' }] },
  'two mounts of one path': {
    [VOLUME]: [DATA],
    [MOUNTS]: [
      { name: 'data', mountPath: '/a' },
      { name: 'data', mountPath: '/a' },
    ],
  },
  'a mount of an absolute subPath': {
    [VOLUME]: [DATA],
    [MOUNTS]: [{ name: 'data', mountPath: '/a', subPath: '/b' }],
  },
  'a mount with both sub paths': {
    [VOLUME]: [DATA],
    [MOUNTS]: [{ name: 'data', mountPath: '/a', subPath: 'b', subPathExpr: '../c' }],
  },
  'a mount that propagates without privilege': {
    [VOLUME]: [DATA],
    [MOUNTS]: [{ name: 'data', mountPath: '/a', mountPropagation: 'Bidirectional' }],
  },
  'a mount of unknown propagation': {
    [VOLUME]: [DATA],
    [MOUNTS]: [{ name: 'data', mountPath: '/a', mountPropagation: 'Sideways' }],
  },
  'a recursive read-only mount that is written': {
    [VOLUME]: [DATA],
    [MOUNTS]: [{ name: 'data', mountPath: '/a', recursiveReadOnly: 'Enabled' }],
  },
  'a block device of a directory': {
    [VOLUME]: [DATA],
    'spec.containers.0.volumeDevices': [{ name: 'data', devicePath: '/dev/a' }],
  },
  'a block device of nothing': {
    'spec.containers.0.volumeDevices': [{ name: 'data', devicePath: '' }],
  },
}

const FIRST = 'spec.containers.0'

/** Resources, security and the rest of a container. */
const CONTAINER_FAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'an image with a blank in front': { [`${FIRST}.image`]: ' app' },
  'a request above the limit': {
    [`${FIRST}.resources`]: { limits: { cpu: '1' }, requests: { cpu: '1500m' } },
  },
  'a memory request above the limit': {
    [`${FIRST}.resources`]: { limits: { memory: '1Gi' }, requests: { memory: '2048Mi' } },
  },
  'a negative request': { [`${FIRST}.resources`]: { requests: { cpu: '-1' } } },
  'a resource that containers have not': { [`${FIRST}.resources`]: { limits: { pods: '1' } } },
  'a resource that nobody has': { [`${FIRST}.resources`]: { limits: { gpu: '1' } } },
  'a resource of a bad name': { [`${FIRST}.resources`]: { limits: { 'a b': '1' } } },
  'a device without a limit': { [`${FIRST}.resources`]: { requests: { 'example.com/gpu': '1' } } },
  'half a device': { [`${FIRST}.resources`]: { limits: { 'example.com/gpu': '500m' } } },
  'huge pages alone': { [`${FIRST}.resources`]: { limits: { 'hugepages-2Mi': '4Mi' } } },
  'huge pages of a wrong size': {
    [`${FIRST}.resources`]: { limits: { 'hugepages-2Mi': '3Mi', memory: '1Mi', cpu: '1' } },
  },
  'a variable of a Secret without a key': {
    [`${FIRST}.env`]: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's' } } }],
  },
  'a variable of a Secret key of a bad form': {
    [`${FIRST}.env`]: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'S', key: 'a b' } } }],
  },
  'a variable of an unknown resource': {
    [`${FIRST}.env`]: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } }],
  },
  'a variable of no resource': {
    [`${FIRST}.env`]: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: '' } } }],
  },
  'a variable with a wrong divisor': {
    [`${FIRST}.env`]: [
      { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
    ],
  },
  'a variable of memory by a wrong divisor': {
    [`${FIRST}.env`]: [
      { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '3' } } },
    ],
  },
  'a variable of a field that only volumes show': {
    [`${FIRST}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }],
  },
  'a variable of a label key of a bad form': {
    [`${FIRST}.env`]: [
      { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
    ],
  },
  'a variable of a subscript that there is not': {
    [`${FIRST}.env`]: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "spec.nodeName['a']" } } }],
  },
  'variables with a prefix of a bad form': {
    [`${FIRST}.envFrom`]: [{ prefix: 'a=', configMapRef: { name: 'c' } }],
  },
  'variables of a Secret of a bad name': { [`${FIRST}.envFrom`]: [{ secretRef: { name: 'A_' } }] },
  'a host port of 70000': { [`${FIRST}.ports`]: [{ containerPort: 80, hostPort: 70_000 }] },
  'one host port twice': {
    [`${FIRST}.ports`]: [
      { containerPort: 80, hostPort: 8080 },
      { containerPort: 81, hostPort: 8080 },
    ],
  },
  'a user of a negative number': { [`${FIRST}.securityContext`]: { runAsUser: -1 } },
  'a group beyond all groups': { [`${FIRST}.securityContext`]: { runAsGroup: 2 ** 31 } },
  'escalation without privilege': {
    [`${FIRST}.securityContext`]: { privileged: true, allowPrivilegeEscalation: false },
  },
  'escalation by a capability': {
    [`${FIRST}.securityContext`]: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ['CAP_SYS_ADMIN'] },
    },
  },
  'a seccomp profile of no type': { [`${FIRST}.securityContext`]: { seccompProfile: {} } },
  'a seccomp profile of an unknown type': {
    [`${FIRST}.securityContext`]: { seccompProfile: { type: 'Any' } },
  },
  'a local seccomp profile without a file': {
    [`${FIRST}.securityContext`]: { seccompProfile: { type: 'Localhost' } },
  },
  'a seccomp file of another type': {
    [`${FIRST}.securityContext`]: {
      seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'a' },
    },
  },
  'an AppArmor profile of an unknown type': {
    [`${FIRST}.securityContext`]: { appArmorProfile: { type: 'Any' } },
  },
  'a local AppArmor profile without a name': {
    [`${FIRST}.securityContext`]: { appArmorProfile: { type: 'Localhost' } },
  },
  'a proc mount that is not masked': { [`${FIRST}.securityContext`]: { procMount: 'Unmasked' } },
  'a resize policy of an unknown resource': {
    [`${FIRST}.resizePolicy`]: [{ resourceName: 'disk', restartPolicy: 'NotRequired' }],
  },
  'two resize policies of one resource': {
    [`${FIRST}.resizePolicy`]: [
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'cpu', restartPolicy: 'Sometimes' },
    ],
  },
  'a restart policy of a container of a pod': { [`${FIRST}.restartPolicy`]: 'Always' },
  'an init container of another restart policy': {
    'spec.initContainers': [{ name: 'i', image: 'i', restartPolicy: 'Never' }],
  },
  'two init containers of one name': {
    'spec.initContainers': [
      { name: 'i', image: 'i' },
      { name: 'i', image: 'i' },
    ],
  },
  'a sidecar with a liveness probe without a handler': {
    'spec.initContainers': [{ name: 'i', image: 'i', restartPolicy: 'Always', livenessProbe: {} }],
  },
  'a stop signal of Linux': {
    'spec.os': { name: 'linux' },
    [`${FIRST}.lifecycle`]: { stopSignal: 'SIGNONE' },
  },
  'a stop signal of Windows': {
    'spec.os': { name: 'windows' },
    [`${FIRST}.lifecycle`]: { stopSignal: 'SIGINT' },
  },
}

/** Faults of a pod's own spec, most of which a template can have too. */
export const POD_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...variantsOf(POD, VOLUME_FAULTS),
  ...variantsOf(POD, CONTAINER_FAULTS),
]
