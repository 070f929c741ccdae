import type { ServiceAccount } from '../api/access.ts'
import { isFields, textOf, type Fields } from '../base/fields.ts'
import { withAccountVolume } from './account-volume.ts'
import { forbidden } from './refusals.ts'
import type { Incoming } from './stored.ts'

const PREEMPTION = 'PreemptLowerPriority'

/** The two PriorityClasses that every cluster has; no others are served. */
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

/** A pod stays so long on a node that is in trouble, unless it says otherwise. */
const TOLERATION_SECONDS = 300
const TROUBLES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

export interface PodSurroundings {
  /** The prefix and an end by chance. */
  readonly newName: (prefix: string) => string
  /** In the namespace of the pod. */
  readonly accountOf: (name: string) => ServiceAccount | undefined
  /** What a pod names has to be there. Otherwise nobody makes such objects in that cluster, and none is missed. */
  readonly isComplete: boolean
  /** How refusals call the pod: no plugin knows the name that is generated for it. */
  readonly calledName: string
}

/**
 * What the admission plugins of a cluster do to a new pod: ServiceAccount, Priority and DefaultTolerationSeconds. Throws Forbidden.
 * https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
export function admitPod<O extends Incoming>(pod: O, surroundings: PodSurroundings): O {
  const named = withAccount({ ...pod.spec }, pod, surroundings)
  return { ...pod, spec: withTolerations(withPriority(named, surroundings)) }
}

/** The same for a change: the priority never changes, and the tolerations are there again. */
export function admitPodUpdate<O extends Incoming>(next: O, previous: Incoming): O {
  const before: Fields = { ...previous.spec }
  const { priority, preemptionPolicy } = before
  const spec = { ...next.spec, ...(priority === undefined ? {} : { priority, preemptionPolicy }) }
  return { ...next, spec: withTolerations(spec) }
}

function withAccount(
  spec: Fields,
  pod: Incoming,
  { accountOf, isComplete, calledName, newName }: PodSurroundings,
): Fields {
  const name = textOf(spec['serviceAccountName']) || textOf(spec['serviceAccount']) || 'default'
  const account = accountOf(name)
  if (account === undefined && isComplete) {
    const { namespace = 'default' } = pod.metadata
    const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`
    throw forbidden('Pod', calledName, why)
  }
  const said = { ...spec, serviceAccountName: name, serviceAccount: name }
  const isMounted = isComplete && account !== undefined
  const named = isMounted ? withAccountVolume(said, account, newName) : said
  const secrets = account?.imagePullSecrets ?? []
  const hasOwn = Array.isArray(spec['imagePullSecrets']) && spec['imagePullSecrets'].length > 0
  return hasOwn || secrets.length === 0 ? named : { ...named, imagePullSecrets: secrets }
}

function withPriority(spec: Fields, { isComplete, calledName }: PodSurroundings): Fields {
  const className = textOf(spec['priorityClassName'])
  if (className !== '' && isComplete && !Object.hasOwn(SYSTEM_PRIORITIES, className)) {
    throw forbidden('Pod', calledName, `no PriorityClass with name ${className} was found`)
  }
  const wanted = SYSTEM_PRIORITIES[className] ?? 0
  const { priority = wanted, preemptionPolicy = PREEMPTION } = spec
  if (priority !== wanted) {
    throw notToBeSaid(calledName, `integer value of priority (${String(priority)})`, String(wanted))
  }
  if (preemptionPolicy !== PREEMPTION) {
    throw notToBeSaid(
      calledName,
      `string value of PreemptionPolicy (${String(preemptionPolicy)})`,
      PREEMPTION,
    )
  }
  return { ...spec, priority, preemptionPolicy }
}

function notToBeSaid(calledName: string, what: string, computed: string) {
  const why = `the ${what} must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`
  return forbidden('Pod', calledName, why)
}

function withTolerations(spec: Fields): Fields {
  const { tolerations } = spec
  const present: readonly unknown[] = Array.isArray(tolerations) ? tolerations : []
  const missing = TROUBLES.filter((key) => !present.some((one) => tolerates(one, key)))
  if (missing.length === 0) return spec
  const added = missing.map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: TOLERATION_SECONDS,
  }))
  return { ...spec, tolerations: [...present, ...added] }
}

function tolerates(toleration: unknown, trouble: string): boolean {
  if (!isFields(toleration)) return false
  const [key, effect] = [textOf(toleration['key']), textOf(toleration['effect'])]
  return (key === trouble || key === '') && (effect === 'NoExecute' || effect === '')
}
