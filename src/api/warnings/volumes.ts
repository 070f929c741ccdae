import type { Field } from '../validation/field.ts'

/** Types of volumes that are gone, or going. */
const TYPES: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}
/** Printed with a capital, though its field has none. */
const PRINTED: Readonly<Record<string, string>> = { storageos: 'storageOS' }

/** The part of pkg/api/pod/warnings.go that speaks of volumes. */
export function warnOfVolumes(volumes: Field): readonly string[] {
  return [
    ...volumes.items.flatMap((volume) =>
      Object.entries(TYPES)
        .filter(([type]) => volume.field(type).isPresent)
        .map(([type, why]) => `${volume.child(PRINTED[type] ?? type).path}: ${why}`),
    ),
    ...volumes.items.flatMap(warnOfPaths),
  ]
}

/** A file of a volume, and what it comes from where that is not clear. */
interface FilePath {
  readonly path: string
  readonly source: string
}

/** Files where others are, or where directories have to be. */
function warnOfPaths(volume: Field): readonly string[] {
  const name = JSON.stringify(volume.field('name').text)
  const overlaps = (paths: readonly FilePath[], description: string): readonly string[] =>
    overlapping(paths).map((pair) => `volume ${name} (${description}): overlapping paths: ${pair}`)
  const [configMap, secret] = [volume.field('configMap'), volume.field('secret')]
  const projected = volume.field('projected')
  return [
    ...overlaps(filesOf(configMap, ''), `ConfigMap ${quoted(configMap.field('name'))}`),
    ...overlaps(filesOf(secret, ''), `Secret ${quoted(secret.field('secretName'))}`),
    ...overlaps(filesOf(volume.field('downwardAPI'), ''), 'DownwardAPI'),
    ...projected
      .field('sources')
      .items.filter((source) => source.entries.length === 0)
      .map(() => `volume ${name} (Projected) has no sources provided`),
    ...overlaps(projected.field('sources').items.flatMap(projectedFiles), 'Projected'),
  ]
}

function projectedFiles(source: Field): readonly FilePath[] {
  const [configMap, secret] = [source.field('configMap'), source.field('secret')]
  const token = source.field('serviceAccountToken')
  return [
    ...filesOf(configMap, `ConfigMap ${quoted(configMap.field('name'))}`),
    ...filesOf(secret, `Secret ${quoted(secret.field('name'))}`),
    ...filesOf(source.field('downwardAPI'), 'DownwardAPI'),
    ...(token.isPresent ? [{ path: token.field('path').text, source: 'ServiceAccountToken' }] : []),
  ]
}

function filesOf(volume: Field, source: string): readonly FilePath[] {
  return volume.field('items').items.map((item) => ({ path: item.field('path').text, source }))
}

function overlapping(files: readonly FilePath[]): readonly string[] {
  const trimmed = files.map((file) => ({ ...file, path: file.path.replace(/\/+$/, '') }))
  return trimmed.flatMap((file, index) => {
    if (file.path === '') return []
    const earlier = trimmed.slice(0, index)
    return earlier
      .filter(({ path }) => path !== '' && isWithin(path, file.path))
      .map((other) => `${printed(file)} with ${printed(other)}`)
  })
}

function isWithin(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`)
}

function printed({ path, source }: FilePath): string {
  return source === '' ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`
}

function quoted(field: Field): string {
  return JSON.stringify(field.text)
}
