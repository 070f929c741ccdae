import { compareQuantities, parseQuantity, ZERO } from '../quantity.ts'
import { validateFieldRef, validateResourceFieldRef } from './environment.ts'
import {
  duplicate,
  forbidden,
  invalid,
  invalidAll,
  required,
  tooLong,
  type FieldFault,
} from './fault.ts'
import type { Field } from './field.ts'
import {
  checkFileMode,
  checkLocalFilePath,
  checkLocalPath,
  checkNoBacksteps,
  checkNumber,
  checkText,
  checkWord,
  requireText,
} from './field-checks.ts'
import { checkLabel, checkSubdomain } from './names.ts'

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]
const CSI_DRIVER_MAX = 63
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const FILE_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

type SourceCheck = (source: Field) => readonly FieldFault[]

/** Each type of volume with its rules, in Kubernetes' order: the first of several is the one that counts. */
const SOURCES: Readonly<Record<string, SourceCheck>> = {
  emptyDir: validateEmptyDir,
  hostPath: validateHostPath,
  gitRepo: (source) => [
    ...requireText(source.field('repository')),
    ...checkLocalPath(source.field('directory')),
  ],
  gcePersistentDisk: (source) => requireText(source.field('pdName')),
  awsElasticBlockStore: (source) => requireText(source.field('volumeID')),
  secret: (source) => validateFiles(source, 'secretName'),
  nfs: validateNfs,
  iscsi: () => [],
  glusterfs: (source) => requireTexts(source, ['endpoints', 'path']),
  persistentVolumeClaim: (source) => requireText(source.field('claimName')),
  rbd: () => [],
  cinder: (source) => requireText(source.field('volumeID')),
  cephfs: (source) =>
    source.field('monitors').items.length === 0 ? [required(source.field('monitors'))] : [],
  flocker: () => [],
  downwardAPI: validateDownwardApi,
  fc: () => [],
  flexVolume: () => [],
  configMap: (source) => validateFiles(source, 'name'),
  azureFile: (source) => requireTexts(source, ['secretName', 'shareName']),
  vsphereVolume: (source) => requireText(source.field('volumePath')),
  quobyte: () => [],
  azureDisk: () => [],
  photonPersistentDisk: (source) => requireText(source.field('pdID')),
  portworxVolume: (source) => requireText(source.field('volumeID')),
  projected: validateProjected,
  scaleIO: () => [],
  storageos: () => [],
  csi: validateCsi,
  ephemeral: (source) =>
    source.field('volumeClaimTemplate').isPresent
      ? []
      : [required(source.field('volumeClaimTemplate'))],
  image: (source) => checkWord(source.field('pullPolicy'), PULL_POLICIES),
}

/** https://kubernetes.io/docs/concepts/storage/volumes/ */
export function validateVolumes(volumes: Field): readonly FieldFault[] {
  const names = new Set<string>()
  return volumes.items.flatMap((volume) => {
    const name = volume.field('name')
    const faults = [
      ...validateSource(volume),
      ...(name.text === '' ? [required(name)] : checkText(name, checkLabel)),
      ...(names.has(name.text) ? [duplicate(name, name.text)] : []),
    ]
    if (faults.length === 0) names.add(name.text)
    return faults
  })
}

/** The names of volumes without a fault: mounts of any other are mounts of nothing. */
export function soundVolumes(volumes: Field): ReadonlyMap<string, Field> {
  const sound = volumes.items.filter(
    (volume) =>
      validateSource(volume).length === 0 && checkLabel(volume.field('name').text).length === 0,
  )
  return new Map(sound.map((volume) => [volume.field('name').text, volume] as const))
}

function validateSource(volume: Field): readonly FieldFault[] {
  const present = Object.entries(SOURCES).filter(([name]) => volume.field(name).isPresent)
  if (present.length === 0) return [required(volume, 'must specify a volume type')]
  return present.flatMap(([name, validate], index) =>
    index === 0
      ? validate(volume.field(name))
      : [forbidden(volume.field(name), 'may not specify more than 1 volume type')],
  )
}

function validateEmptyDir(source: Field): readonly FieldFault[] {
  const limit = source.field('sizeLimit')
  const isNegative = compareQuantities(parseQuantity(limit.value) ?? ZERO, ZERO) < 0
  return isNegative ? [forbidden(limit, 'SizeLimit field must be a valid resource quantity')] : []
}

function validateHostPath(source: Field): readonly FieldFault[] {
  const path = source.field('path')
  if (path.text === '') return [required(path)]
  return [...checkNoBacksteps(path), ...checkWord(source.field('type'), HOST_PATH_TYPES)]
}

function validateNfs(source: Field): readonly FieldFault[] {
  const path = source.field('path')
  return [
    ...requireTexts(source, ['server', 'path']),
    ...(path.text.startsWith('/') ? [] : [invalid(path, path.text, 'must be an absolute path')]),
  ]
}

/** Of a Secret or a ConfigMap. */
function validateFiles(source: Field, nameField: string): readonly FieldFault[] {
  return [
    ...requireText(source.field(nameField)),
    ...checkFileMode(source.field('defaultMode')),
    ...source.field('items').items.flatMap(validateKeyToPath),
  ]
}

function validateKeyToPath(item: Field): readonly FieldFault[] {
  return [
    ...requireTexts(item, ['key', 'path']),
    ...checkLocalFilePath(item.field('path')),
    ...checkFileMode(item.field('mode')),
  ]
}

function validateDownwardApi(source: Field): readonly FieldFault[] {
  return [
    ...checkFileMode(source.field('defaultMode')),
    ...source.field('items').items.flatMap((file) => validateDownwardFile(file, source)),
  ]
}

/** Kubernetes prints a file's fields as those of the volume. */
function validateDownwardFile(file: Field, printed: Field): readonly FieldFault[] {
  const at = (name: string): Field => file.field(name).at(printed.child(name))
  const isField = file.field('fieldRef').isPresent
  const isResource = file.field('resourceFieldRef').isPresent
  return [
    ...requireText(at('path')),
    ...checkLocalFilePath(at('path')),
    ...(isField ? validateFieldRef(at('fieldRef'), FILE_FIELDS) : []),
    ...(isField && isResource
      ? [
          invalid(
            printed,
            'resource',
            'fieldRef and resourceFieldRef can not be specified simultaneously',
          ),
        ]
      : []),
    ...(!isField && isResource ? validateResourceFieldRef(at('resourceFieldRef'), 'file') : []),
    ...(isField || isResource
      ? []
      : [required(printed, 'one of fieldRef and resourceFieldRef is required')]),
    ...checkFileMode(at('mode')),
  ]
}

function validateProjected(source: Field): readonly FieldFault[] {
  const paths = new Set<string>()
  const claim = (path: string, printed: string): readonly FieldFault[] => {
    if (path === '') return []
    if (paths.has(path)) return [invalid(source, printed, 'conflicting duplicate paths')]
    paths.add(path)
    return []
  }
  return [
    ...checkFileMode(source.field('defaultMode')),
    ...source
      .field('sources')
      .items.flatMap((projection) => [
        ...['secret', 'configMap'].flatMap((type) =>
          validateProjectedFiles(projection.field(type), claim),
        ),
        ...projection
          .field('downwardAPI', 'items')
          .items.flatMap((file) => [
            ...validateDownwardFile(file, projection.field('downwardAPI')),
            ...claim(file.field('path').text, file.field('path').text),
          ]),
        ...validateToken(projection.field('serviceAccountToken'), source),
        ...(Object.keys(SOURCE_TYPES).filter((type) => projection.field(type).isPresent).length > 1
          ? [forbidden(projection, 'may not specify more than 1 volume type per source')]
          : []),
      ]),
  ]
}

const SOURCE_TYPES = {
  secret: true,
  configMap: true,
  downwardAPI: true,
  serviceAccountToken: true,
  clusterTrustBundle: true,
  podCertificate: true,
}

function validateProjectedFiles(
  source: Field,
  claim: (path: string, printed: string) => readonly FieldFault[],
): readonly FieldFault[] {
  if (!source.isPresent) return []
  return [
    ...requireText(source.field('name')),
    ...source
      .field('items')
      .items.flatMap((item) => [
        ...validateKeyToPath(item),
        ...claim(item.field('path').text, source.field('name').text),
      ]),
  ]
}

/** Its path is printed as one of the volume. */
function validateToken(token: Field, volume: Field): readonly FieldFault[] {
  if (!token.isPresent) return []
  const path = token.field('path').at(volume.child('path'))
  return [
    ...checkNumber(token.field('expirationSeconds'), (seconds) => [
      ...(seconds < 600 ? ['may not specify a duration less than 10 minutes'] : []),
      ...(seconds > 2 ** 32 ? ['may not specify a duration larger than 2^32 seconds'] : []),
    ]),
    ...(path.text === '' ? [required(path)] : checkLocalFilePath(path)),
  ]
}

function validateCsi(source: Field): readonly FieldFault[] {
  const driver = source.field('driver')
  const secret = source.field('nodePublishSecretRef')
  const name = secret.field('name')
  return [
    ...requireText(driver),
    ...(driver.text.length > CSI_DRIVER_MAX ? [tooLong(driver, CSI_DRIVER_MAX)] : []),
    ...invalidAll(driver, driver.text, checkSubdomain(driver.text.toLowerCase())),
    ...(secret.isPresent && name.text === '' ? [required(name)] : []),
    ...checkText(name.at(source.child('name')), checkSubdomain),
  ]
}

function requireTexts(source: Field, names: readonly string[]): readonly FieldFault[] {
  return names.flatMap((name) => requireText(source.field(name)))
}
