import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldFault,
} from './fault.ts'
import type { Field } from './field.ts'
import { checkLocalPath, checkNumber, checkWord } from './field-checks.ts'
import { checkUnixId } from './names.ts'

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']
const PROFILE_NAME_MAX = 4095
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SYSCTL = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`
const SYSCTL_MAX = 253

/** https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
export function validateContainerSecurity(
  context: Field,
  usesHostUsers: boolean,
): readonly FieldFault[] {
  const procMount = context.field('procMount')
  return [
    ...checkNumber(context.field('runAsUser'), checkUnixId),
    ...checkNumber(context.field('runAsGroup'), checkUnixId),
    ...checkWord(procMount, ['Default', 'Unmasked']),
    ...(usesHostUsers && procMount.text === 'Unmasked'
      ? [invalid(procMount, 'Unmasked', '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...validateSeccomp(context.field('seccompProfile')),
    ...validateEscalation(context),
    ...validateAppArmor(context.field('appArmorProfile')),
  ]
}

/** Of the whole pod; `spec` tells what it shares with its host. */
export function validatePodSecurity(context: Field, spec: Field): readonly FieldFault[] {
  const shares = spec.field('shareProcessNamespace')
  return [
    ...checkNumber(context.field('fsGroup'), checkUnixId),
    ...checkNumber(context.field('runAsUser'), checkUnixId),
    ...checkNumber(context.field('runAsGroup'), checkUnixId),
    ...context
      .field('supplementalGroups')
      .items.flatMap((group) => checkNumber(group, checkUnixId)),
    ...(shares.isTrue && spec.field('hostPID').isTrue
      ? [
          invalid(
            shares.at(context.child('shareProcessNamespace')),
            true,
            'ShareProcessNamespace and HostPID cannot both be enabled',
          ),
        ]
      : []),
    ...validateSysctls(context.field('sysctls'), spec),
    ...checkWord(context.field('fsGroupChangePolicy'), ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.field('seccompProfile')),
    ...validateAppArmor(context.field('appArmorProfile')),
    ...checkWord(context.field('supplementalGroupsPolicy'), ['Merge', 'Strict']),
    ...checkWord(context.field('seLinuxChangePolicy'), ['MountOption', 'Recursive']),
  ]
}

function validateSeccomp(profile: Field): readonly FieldFault[] {
  if (!profile.isPresent) return []
  const type = profile.field('type')
  const file = profile.field('localhostProfile')
  const ofType =
    type.text === ''
      ? [required(type, 'type is required when seccompProfile is set')]
      : checkWord(type, PROFILE_TYPES)
  if (type.text !== 'Localhost') {
    const printed = { Type: type.text, LocalhostProfile: file.text }
    const detail = 'can only be set when seccomp type is Localhost'
    return [...ofType, ...(file.isPresent ? [invalid(file, printed, detail)] : [])]
  }
  if (file.isPresent) return [...ofType, ...checkLocalPath(file)]
  return [...ofType, required(file, 'must be set when seccomp type is Localhost')]
}

function validateAppArmor(profile: Field): readonly FieldFault[] {
  if (!profile.isPresent) return []
  const type = profile.field('type')
  const name = profile.field('localhostProfile')
  switch (type.text) {
    case '':
      return [required(type, 'type is required when appArmorProfile is set')]
    case 'RuntimeDefault':
    case 'Unconfined':
      return name.isPresent
        ? [invalid(name, name.text, 'can only be set when AppArmor type is Localhost')]
        : []
    case 'Localhost': {
      const missing = required(name, 'must be set when AppArmor type is Localhost')
      if (!name.isPresent) return [missing]
      const isPadded = name.text.trim() !== name.text
      return [
        ...(isPadded ? [invalid(name, name.text, 'must not be padded with whitespace')] : []),
        ...(name.text === '' ? [missing] : []),
        ...(name.text.length > PROFILE_NAME_MAX ? [tooLong(name, PROFILE_NAME_MAX)] : []),
      ]
    }
    default:
      return [notSupported(type, type.text, PROFILE_TYPES)]
  }
}

/** Kubernetes prints the whole context, every field of its own structure. */
function validateEscalation(context: Field): readonly FieldFault[] {
  const { value } = context.field('allowPrivilegeEscalation')
  if (value !== false) return []
  const added = context.field('capabilities', 'add').texts
  const printed = printedContext(context)
  const because = (what: string): FieldFault =>
    invalid(context, printed, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`)
  return [
    ...(context.field('privileged').isTrue ? [because('`privileged` to true')] : []),
    ...(added.includes('CAP_SYS_ADMIN') ? [because('`capabilities.Add` CAP_SYS_ADMIN')] : []),
  ]
}

function printedContext(context: Field): object {
  const capabilities = context.field('capabilities')
  const valueOf = (name: string): unknown => context.field(name).value ?? null
  const listOf = (name: string): unknown => {
    const list = capabilities.field(name)
    return list.isPresent ? list.texts : null
  }
  return {
    Capabilities: capabilities.isPresent ? { Add: listOf('add'), Drop: listOf('drop') } : null,
    Privileged: valueOf('privileged'),
    SELinuxOptions: valueOf('seLinuxOptions'),
    WindowsOptions: valueOf('windowsOptions'),
    RunAsUser: valueOf('runAsUser'),
    RunAsGroup: valueOf('runAsGroup'),
    RunAsNonRoot: valueOf('runAsNonRoot'),
    ReadOnlyRootFilesystem: valueOf('readOnlyRootFilesystem'),
    AllowPrivilegeEscalation: valueOf('allowPrivilegeEscalation'),
    ProcMount: valueOf('procMount'),
    SeccompProfile: valueOf('seccompProfile'),
    AppArmorProfile: valueOf('appArmorProfile'),
  }
}

function validateSysctls(sysctls: Field, spec: Field): readonly FieldFault[] {
  const names = new Set<string>()
  return sysctls.items.flatMap((sysctl) => {
    const name = sysctl.field('name')
    const isKnown = names.has(name.text)
    names.add(name.text)
    return [...validateSysctlName(name, isKnown), ...validateHostSysctl(name, spec)]
  })
}

function validateSysctlName(name: Field, isKnown: boolean): readonly FieldFault[] {
  if (name.text === '') return [required(name)]
  if (name.text.length > SYSCTL_MAX || !new RegExp(SYSCTL).test(name.text)) {
    const detail = `must have at most ${SYSCTL_MAX} characters and match regex ${SYSCTL}`
    return [invalid(name, name.text, detail)]
  }
  return isKnown ? [duplicate(name, name.text)] : []
}

/** A pod that shares a namespace with its host cannot set what belongs to that namespace. */
function validateHostSysctl(name: Field, spec: Field): readonly FieldFault[] {
  const sysctl = name.text.replaceAll('/', '.')
  const isNet = sysctl.startsWith('net.')
  const isIpc = /^(kernel\.(sem|shm|msg)|fs\.mqueue\.)/.test(sysctl)
  const shared = [
    ...(isNet && spec.field('hostNetwork').isTrue ? ['hostNetwork'] : []),
    ...(isIpc && spec.field('hostIPC').isTrue ? ['hostIPC'] : []),
  ]
  return shared.map((field) =>
    invalid(name, name.text, `may not be specified when '${field}' is true`),
  )
}

/** Namespaces of the host have no place beside a user namespace of the pod. */
export function validateUserNamespace(spec: Field): readonly FieldFault[] {
  if (spec.field('hostUsers').value !== false) return []
  const shared = { hostNetwork: 'hostNetwork', hostPID: 'HostPID', hostIPC: 'HostIPC' }
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap(
    (list) => spec.field(list).items,
  )
  const detail = 'when `hostUsers` is false'
  return [
    ...Object.entries(shared)
      .filter(([field]) => spec.field(field).isTrue)
      .map(([, printed]) => forbidden(spec.child(printed), detail)),
    ...containers
      .map((container) => container.field('volumeDevices'))
      .filter(({ items }) => items.length > 0)
      .map((devices) => forbidden(devices, detail)),
  ]
}
