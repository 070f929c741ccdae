import { formatQuantity, isWhole, parseQuantity, roundToMillis } from '../quantity.ts'
import type { Field } from '../validation/field.ts'

const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/'
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const LISTS = ['initContainers', 'containers', 'ephemeralContainers']

/** The part of pkg/api/pod/warnings.go that speaks of containers. */
export function warnOfContainers(spec: Field, annotations: Field): readonly string[] {
  const containers = LISTS.flatMap((list) => spec.field(list).items)
  const isTemplate = spec.path !== 'spec'
  return [
    ...containers.flatMap((container) => [
      ...warnOfProfiles(container, annotations, isTemplate),
      ...warnOfFractions(container),
      ...warnOfVariables(container.field('env')),
    ]),
    ...warnOfPorts(containers),
    ...warnOfPortNames(containers),
  ]
}

/** Of a pod itself, the field is filled in from the annotation. */
function warnOfProfiles(
  container: Field,
  annotations: Field,
  isTemplate: boolean,
): readonly string[] {
  const name = container.field('name').text
  const [seccomp, appArmor] = [`${SECCOMP}${name}`, `${APP_ARMOR}${name}`]
  const context = container.field('securityContext')
  return [
    ...(annotations.has(seccomp) && !context.field('seccompProfile').isPresent
      ? [
          `${annotations.entry(seccomp).path}: non-functional in v1.27+; use the "seccompProfile" field instead`,
        ]
      : []),
    ...(isTemplate && annotations.has(appArmor) && !context.field('appArmorProfile').isPresent
      ? [
          `${annotations.entry(appArmor).path}: deprecated since v1.30; use the "appArmorProfile" field instead`,
        ]
      : []),
  ]
}

function warnOfFractions(container: Field): readonly string[] {
  const resources = container.field('resources')
  return ['memory', 'ephemeral-storage'].flatMap((name) =>
    ['limits', 'requests'].flatMap((list) => {
      const quantity = parseQuantity(resources.field(list, name).value)
      if (quantity === undefined || isWhole(roundToMillis(quantity))) return []
      const printed = JSON.stringify(formatQuantity(quantity))
      const { path } = resources.field(list).entry(name)
      return [`${path}: fractional byte value ${printed} is invalid, must be an integer`]
    }),
  )
}

/** A variable may take up the one of its name before it: `A=$(A)x`. */
function warnOfVariables(env: Field): readonly string[] {
  const names = new Set<string>()
  return env.items.flatMap((variable) => {
    const name = variable.field('name').text
    const isKnown = names.has(name)
    names.add(name)
    const reference = `$(${name})`
    const value = variable.field('value').text
    const builds = value.includes(reference) && value !== reference
    if (!isKnown || (builds && !variable.field('valueFrom').isPresent)) return []
    return [
      `${variable.path}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ]
  })
}

function warnOfPorts(containers: readonly Field[]): readonly string[] {
  const known = new Map<string, Field[]>()
  return containers.flatMap((container) =>
    container.field('ports').items.flatMap((port) => {
      const key = `${port.field('containerPort').number}/${port.field('protocol').text}`
      const others = known.get(key) ?? []
      known.set(key, [...others, port])
      return [
        ...warnOfHostIp(port),
        ...others.flatMap((other) => {
          const relation = relationOf(port, other)
          return relation === undefined
            ? []
            : [`${port.path}: ${relation} port definition with ${other.path}`]
        }),
      ]
    }),
  )
}

/** Kubernetes prints its own structure. */
function warnOfHostIp(port: Field): readonly string[] {
  const address = port.field('hostIP').text
  if (address === '' || (port.field('hostPort').number ?? 0) !== 0) return []
  const printed = `{Name:${port.field('name').text} HostPort:0 ContainerPort:${port.field('containerPort').number} Protocol:${port.field('protocol').text} HostIP:${address}}`
  return [`${port.path}: hostIP set without hostPort: ${printed}`]
}

function relationOf(port: Field, other: Field): string | undefined {
  const [number, otherNumber] = [port, other].map((one) => one.field('hostPort').number ?? 0)
  const [address, otherAddress] = [port, other].map((one) => one.field('hostIP').text)
  if (address === otherAddress && number === otherNumber) return 'duplicate'
  if (number === 0 || otherNumber === 0) return 'overlapping'
  const isHalfOpen = (address === '') !== (otherAddress === '')
  return number === otherNumber && isHalfOpen ? 'dangerously ambiguous' : undefined
}

function warnOfPortNames(containers: readonly Field[]): readonly string[] {
  const known = new Map<string, string>()
  const ports = containers.flatMap((container) => container.field('ports').items)
  return ports.flatMap((port) => {
    const name = port.field('name').text
    const other = known.get(name)
    if (name === '') return []
    if (other === undefined) {
      known.set(name, port.path)
      return []
    }
    return [
      `${port.path}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
    ]
  })
}
