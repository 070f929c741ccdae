import { forbidden, invalid, notFound, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkLocalPath, checkNoBacksteps, checkWord, requireText } from './field-checks.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const RECURSIVE_MODES = ['Disabled', 'Enabled', 'IfPossible']

/** The mounts and block devices of a container; `volumes` by name. */
export function validateMounts(
  container: Field,
  volumes: ReadonlyMap<string, Field>,
): readonly FieldFault[] {
  const mounts = container.field('volumeMounts')
  const devices = container.field('volumeDevices')
  return [
    ...validateVolumeMounts(container, { mounts, devices, volumes }),
    ...validateVolumeDevices({ mounts, devices, volumes }),
  ]
}

interface Mounted {
  readonly mounts: Field
  readonly devices: Field
  readonly volumes: ReadonlyMap<string, Field>
}

function validateVolumeMounts(
  container: Field,
  { mounts, devices, volumes }: Mounted,
): readonly FieldFault[] {
  const paths = new Set<string>()
  const deviceNames = textsOf(devices, 'name')
  const devicePaths = textsOf(devices, 'devicePath')
  const isPrivileged = container.field('securityContext', 'privileged').isTrue
  return mounts.items.flatMap((mount) => {
    const name = mount.field('name')
    const path = mount.field('mountPath')
    const isRepeated = paths.has(path.text)
    paths.add(path.text)
    return [
      ...requireText(name),
      ...(volumes.has(name.text) ? [] : [notFound(name, name.text)]),
      ...requireText(path),
      ...(isRepeated ? [invalid(path, path.text, 'must be unique')] : []),
      ...alreadyIn(name, deviceNames, 'must not already exist in volumeDevices'),
      ...alreadyIn(path, devicePaths, 'must not already exist as a path in volumeDevices'),
      ...validateSubPaths(mount, mounts),
      ...validateModes(mount, mounts, isPrivileged),
    ]
  })
}

/** Kubernetes prints the path of a part as if there were one mount. */
function validateSubPaths(mount: Field, mounts: Field): readonly FieldFault[] {
  const [subPath, expression] = [mount.field('subPath'), mount.field('subPathExpr')]
  const isBoth = subPath.text !== '' && expression.text !== ''
  return [
    ...checkLocalPath(subPath.at(mounts.child('subPath'))),
    ...(isBoth
      ? [invalid(expression, expression.text, 'subPathExpr and subPath are mutually exclusive')]
      : []),
    ...checkLocalPath(expression.at(mounts.child('subPathExpr'))),
  ]
}

function validateModes(mount: Field, mounts: Field, isPrivileged: boolean): readonly FieldFault[] {
  const propagation = mount.field('mountPropagation').at(mounts.child('mountPropagation'))
  const recursive = mount.field('recursiveReadOnly').at(mounts.child('recursiveReadOnly'))
  const isRecursive = recursive.text === 'Enabled' || recursive.text === 'IfPossible'
  const spreads = propagation.isPresent && propagation.text !== 'None'
  return [
    ...checkWord(propagation, PROPAGATIONS),
    ...(propagation.text === 'Bidirectional' && !isPrivileged
      ? [
          forbidden(
            propagation,
            'Bidirectional mount propagation is available only to privileged containers',
          ),
        ]
      : []),
    ...checkWord(recursive, RECURSIVE_MODES),
    ...(isRecursive && !mount.field('readOnly').isTrue
      ? [forbidden(recursive, 'may only be specified when readOnly is true')]
      : []),
    ...(isRecursive && spreads
      ? [
          forbidden(
            recursive,
            'may only be specified when mountPropagation is None or not specified',
          ),
        ]
      : []),
  ]
}

function validateVolumeDevices({ mounts, devices, volumes }: Mounted): readonly FieldFault[] {
  const names = new Set<string>()
  const paths = new Set<string>()
  const mountNames = textsOf(mounts, 'name')
  const mountPaths = textsOf(mounts, 'mountPath')
  return devices.items.flatMap((device) => {
    const name = device.field('name')
    const path = device.field('devicePath')
    const volume = volumes.get(name.text)
    const isClaim = ['persistentVolumeClaim', 'ephemeral'].some(
      (source) => volume?.field(source).isPresent,
    )
    const leavesRoot = checkNoBacksteps(path).length > 0
    const faults = [
      ...requireText(name),
      ...(names.has(name.text) ? [invalid(name, name.text, 'must be unique')] : []),
      ...(volume !== undefined && !isClaim
        ? [
            invalid(
              name,
              name.text,
              'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
            ),
          ]
        : []),
      ...(volume === undefined ? [notFound(name, name.text)] : []),
      ...(path.text === '' ? [required(path)] : []),
      ...(paths.has(path.text) ? [invalid(path, path.text, 'must be unique')] : []),
      ...(leavesRoot ? [invalid(path, path.text, "can not contain backsteps ('..')")] : []),
      ...alreadyIn(name, mountNames, 'must not already exist in volumeMounts'),
      ...alreadyIn(path, mountPaths, 'must not already exist as a path in volumeMounts'),
    ]
    if (!leavesRoot) paths.add(path.text)
    if (name.text !== '') names.add(name.text)
    return faults
  })
}

function textsOf(list: Field, name: string): ReadonlySet<string> {
  return new Set(list.items.map((item) => item.field(name).text))
}

function alreadyIn(
  field: Field,
  others: ReadonlySet<string>,
  detail: string,
): readonly FieldFault[] {
  return others.has(field.text) ? [invalid(field, field.text, detail)] : []
}
