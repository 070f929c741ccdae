import { isFields, textOf, type Fields } from '../../base/fields.ts'
import { fill, mapField, mapItems, withoutZeros } from '../defaults/fill.ts'
import { defaultPod } from '../defaults/pod-spec.ts'
import { defineKind, type ObjectWithParts } from '../kind-definition.ts'
import { withGateCondition, withLabelKeys } from '../pod-creation.ts'
import type { Pod } from '../pod.ts'
import { POD_PARTS } from '../pod-parts.ts'
import { POD_TABLE } from '../printing/pod-table.ts'
import { qosClassOf } from '../qos-class.ts'
import { Field } from '../validation/field.ts'
import { validateNewPod, validatePod } from '../validation/pod-spec.ts'
import { validatePodStatus } from '../validation/pod-status.ts'
import { validatePodUpdate } from '../validation/pod-update.ts'
import { warnOfPod } from '../warnings/pod.ts'

/** Times that Go's JSON has even when there are none: no `omitempty` stands by them. */
const STANDING_IN_CONDITION = { lastProbeTime: null, lastTransitionTime: null }

const CONTAINER_LISTS = [
  'containerStatuses',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
] as const
const STANDING_IN_CONTAINER = {
  state: {},
  lastState: {},
  ready: false,
  restartCount: 0,
  image: '',
  imageID: '',
}
const STANDING_IN_STATE = {
  running: { startedAt: null },
  terminated: { startedAt: null, finishedAt: null },
}

export const POD = defineKind<Pod>({
  kind: 'Pod',
  apiVersion: 'v1',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  strategy: {
    hasStatus: true,
    newStatus: { phase: 'Pending' },
    checkStatus: (next, previous) => validatePodStatus(new Field(next), new Field(previous)),
    parts: POD_PARTS,
    prepareNew: (pod) => withGateCondition(withLabelKeys(withQosClass(pod))),
    prepareStatus: keepServersPart,
    statusKeeps: ['deletionTimestamp', 'ownerReferences'],
    graceSeconds,
    answersDeleted: true,
    raisesGeneration: (next, previous) => next.spec !== previous.spec && !isBinding(next, previous),
  },
  subresources: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'proxy',
    'resize',
  ],
  selectableFields: ({ spec, status }) => ({
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy ?? '',
    'spec.schedulerName': textOf(spec['schedulerName']),
    'spec.serviceAccountName': textOf(spec['serviceAccountName']),
    'spec.hostNetwork': String(spec['hostNetwork'] === true),
    'status.phase': status?.phase ?? '',
    'status.podIP': status?.podIP ?? '',
    'status.nominatedNodeName': '',
  }),
  applyDefaults: defaultPod,
  validate: (pod) => validatePod(new Field(pod)),
  validateNew: (pod) => validateNewPod(new Field(pod)),
  validateUpdate: (next, previous) => validatePodUpdate(new Field(next), new Field(previous)),
  warnings: (pod, previous) => (previous === undefined ? warnOfPod(pod) : []),
  withStandingFields: (pod) =>
    mapField(pod, 'status', (status) =>
      CONTAINER_LISTS.reduce(
        (whole, list) => mapItems(whole, list, withStandingStates),
        mapItems(status, 'conditions', (condition) => fill(condition, STANDING_IN_CONDITION)),
      ),
    ),
  table: POD_TABLE,
  runsFromManifest: true,
  podSpec: { pointer: '/spec', of: ({ spec }) => spec },
})

function withQosClass(pod: Fields): Fields {
  const qosClass = qosClassOf(isFields(pod['spec']) ? pod['spec'] : {})
  return mapField(pod, 'status', (status) => ({ ...status, qosClass }))
}

/** What kubelets of old forget (podStatusStrategy.PrepareForUpdate). */
function keepServersPart(next: Fields, previous: Fields): Fields {
  const before = isFields(previous['status']) ? previous['status'] : {}
  const { qosClass, observedGeneration } = before
  return mapField(next, 'status', (status) =>
    mapItems(
      fill(withoutZeros(status, STATUS_LISTS), { qosClass, observedGeneration }),
      'conditions',
      (condition) =>
        fill(condition, { observedGeneration: generationSeen(before, condition['type']) }),
    ),
  )
}

/** An empty list is none. */
const STATUS_LISTS = [
  ...CONTAINER_LISTS,
  'conditions',
  'podIPs',
  'hostIPs',
  'resourceClaimStatuses',
]

function withStandingStates(container: Fields): Fields {
  return ['state', 'lastState'].reduce(
    (whole, field) =>
      mapField(whole, field, (state) =>
        Object.entries(STANDING_IN_STATE).reduce(
          (all, [kind, standing]) => mapField(all, kind, (one) => fill(one, standing)),
          state,
        ),
      ),
    fill(container, STANDING_IN_CONTAINER),
  )
}

function generationSeen({ conditions }: Fields, type: unknown): unknown {
  if (!Array.isArray(conditions)) return undefined
  const found: unknown = conditions.find((one: unknown) => isFields(one) && one['type'] === type)
  return isFields(found) ? found['observedGeneration'] : undefined
}

function graceSeconds({ spec = {}, status = {} }: PodParts): number | undefined {
  const { nodeName, terminationGracePeriodSeconds = 30 } = spec
  if (!nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') return undefined
  return terminationGracePeriodSeconds
}

interface PodParts {
  readonly spec?: { readonly nodeName?: string; readonly terminationGracePeriodSeconds?: number }
  readonly status?: { readonly phase?: string }
}

/** Kubernetes assigns a Pod to its Node by a subresource of its own, which raises no generation. */
function isBinding(next: ObjectWithParts, previous: ObjectWithParts): boolean {
  return nodeNameOf(previous) === undefined && nodeNameOf(next) !== undefined
}

function nodeNameOf({ spec }: ObjectWithParts): unknown {
  return spec !== undefined && 'nodeName' in spec ? spec.nodeName : undefined
}
