import { Field } from '../validation/field.ts'
import { warnOfIp } from '../validation/addresses.ts'
import { checkLabel } from '../validation/names.ts'
import { warnOfContainers } from './containers.ts'
import { warnOfNodeTerm, DEPRECATED_LABELS } from './node-labels.ts'
import { warnOfVolumes } from './volumes.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'
const NULL_SELECTOR = 'a null labelSelector results in matching no pod'

/** Annotations that once did something. */
const ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls':
    'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls':
    'non-functional in v1.11+; use the "sysctls" field instead',
}
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod'

/** What the creator of a pod is told; nobody is told anything of an update. */
export function warnOfPod(pod: object): readonly string[] {
  const field = new Field(pod)
  return [...warnOfName(field, "the Pod's hostname"), ...warnOfPodTemplate(field)]
}

/** What the writer of a Deployment or ReplicaSet is told; of its name and template once, of an update when it changes. */
export function warnOfWorkload(
  workload: object,
  previous: object | undefined,
  changes: boolean,
): readonly string[] {
  const field = new Field(workload)
  if (previous !== undefined)
    return changes ? warnOfPodTemplate(field.field('spec', 'template')) : []
  return [
    ...warnOfName(field, 'Pod names and hostnames'),
    ...warnOfPodTemplate(field.field('spec', 'template')),
  ]
}

function warnOfName(object: Field, use: string): readonly string[] {
  const details = checkLabel(object.field('metadata', 'name').text)
  if (details.length === 0) return []
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${details.join(' ')}]`,
  ]
}

/** pkg/api/pod/warnings.go. */
function warnOfPodTemplate(template: Field): readonly string[] {
  const spec = template.field('spec')
  const annotations = template.field('metadata', 'annotations')
  const affinity = spec.field('affinity')
  const grace = spec.field('terminationGracePeriodSeconds')
  return [
    ...warnOfNodeLabels(spec),
    ...spec.field('topologySpreadConstraints').items.flatMap(warnOfSpread),
    ...Object.entries(ANNOTATIONS)
      .filter(([key]) => annotations.has(key))
      .map(([key, why]) => `${annotations.entry(key).path}: ${why}`),
    ...warnOfVolumes(spec.field('volumes')),
    ...warnOfHostAliases(spec.field('hostAliases')),
    ...warnOfPullSecrets(spec.field('imagePullSecrets')),
    ...(annotations.has(SECCOMP) && !spec.field('securityContext', 'seccompProfile').isPresent
      ? [
          `${annotations.entry(SECCOMP).path}: non-functional in v1.27+; use the "seccompProfile" field instead`,
        ]
      : []),
    ...warnOfContainers(spec, annotations),
    ...((grace.number ?? 0) < 0
      ? [`${grace.path}: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...warnOfPodAffinity(affinity.field('podAffinity')),
    ...warnOfPodAffinity(affinity.field('podAntiAffinity')),
    ...spec.field('dnsConfig', 'nameservers').items.flatMap(warnOfIp),
    ...spec.field('hostAliases').items.flatMap((alias) => warnOfIp(alias.field('ip'))),
  ]
}

function warnOfNodeLabels(spec: Field): readonly string[] {
  const affinity = spec.field('affinity', 'nodeAffinity')
  return [
    ...spec.field('nodeSelector').entries.flatMap(([key, { path }]) => {
      const why = DEPRECATED_LABELS.get(key)
      return why === undefined ? [] : [`${path}: ${why}`]
    }),
    ...affinity
      .field(REQUIRED, 'nodeSelectorTerms')
      .items.flatMap((term) => warnOfNodeTerm(term, 'required')),
    ...affinity
      .field(PREFERRED)
      .items.flatMap((term) => warnOfNodeTerm(term.field('preference'), 'preferred')),
  ]
}

function warnOfSpread(constraint: Field): readonly string[] {
  const key = constraint.field('topologyKey')
  const why = DEPRECATED_LABELS.get(key.text)
  const selector = constraint.field('labelSelector')
  return [
    ...(why === undefined ? [] : [`${key.path}: ${key.text} is ${why}`]),
    ...(selector.isPresent ? [] : [`${selector.path}: ${NULL_SELECTOR}`]),
  ]
}

function warnOfPodAffinity(affinity: Field): readonly string[] {
  const terms = [
    ...affinity.field(REQUIRED).items,
    ...affinity.field(PREFERRED).items.map((weighted) => weighted.field('podAffinityTerm')),
  ]
  return terms
    .map((term) => term.field('labelSelector'))
    .filter(({ isPresent }) => !isPresent)
    .map(({ path }) => `${path}: ${NULL_SELECTOR}`)
}

function warnOfHostAliases(aliases: Field): readonly string[] {
  return repeatedTexts(aliases.items.map((alias) => alias.field('ip'))).map(
    ({ path, text }) => `${path}: duplicate ip ${JSON.stringify(text)}`,
  )
}

function warnOfPullSecrets(secrets: Field): readonly string[] {
  const names = secrets.items.map((secret) => secret.field('name'))
  return [
    ...repeatedTexts(names).map(
      ({ path, text }) => `${path}: duplicate name ${JSON.stringify(text)}`,
    ),
    ...names.filter(({ text }) => text === '').map(({ path }) => `${path}: invalid empty name ""`),
  ]
}

function repeatedTexts(fields: readonly Field[]): readonly Field[] {
  return fields.filter(
    (field, index) => fields.findIndex(({ text }) => text === field.text) < index,
  )
}
