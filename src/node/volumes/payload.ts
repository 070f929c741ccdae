import type { Secret } from '../../api/access.ts'
import type { ConfigMap } from '../../api/core.ts'
import type { Pod } from '../../api/pod.ts'
import type { ResourceAmounts } from '../../api/scheduling.ts'
import type { DownwardFile, KeyToPath, Volume, VolumeProjection } from '../../api/volume.ts'
import { decodeBase64 } from '../../base/base64.ts'
import { podField } from '../environment/pod-field.ts'
import { resourceOfFile } from '../environment/resource-field.ts'
import { VolumeError } from './volume-error.ts'

export interface FileProjection {
  readonly bytes: Uint8Array
  readonly mode: number
  /** For the pod's own user alone, where it has one. */
  readonly isToken?: true
}

/** The files of a volume by their paths in it. */
export type Payload = ReadonlyMap<string, FileProjection>

/** What the files of a volume are made from. */
export interface VolumeSources {
  readonly pod: Pod
  /** The node's. */
  readonly allocatable: ResourceAmounts
  /** Those of the pod's namespace, by name. */
  readonly configMaps: ReadonlyMap<string, ConfigMap>
  readonly secrets: ReadonlyMap<string, Secret>
  /** The token of each projected source that is one, or why there is none, by its index. */
  readonly tokens: ReadonlyMap<number, { readonly token: string } | { readonly fault: string }>
}

/** As the API server fills it in. */
const FILE_MODE = 0o644

/** The files that a volume is to have. Throws VolumeError. https://kubernetes.io/docs/concepts/storage/volumes/ */
export function collectPayload(volume: Volume, sources: VolumeSources): Payload {
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap !== undefined) return configMapFiles(configMap, sources, configMap.defaultMode)
  if (secret !== undefined) {
    return secretFiles({ ...secret, name: secret.secretName ?? '' }, sources, secret.defaultMode)
  }
  if (downwardAPI !== undefined) {
    return downwardFiles(downwardAPI.items, sources, downwardAPI.defaultMode)
  }
  return projectedFiles(projected, sources)
}

/** The objects that the files are made from. */
export function objectsOfVolume({ configMap, secret, projected }: Volume): {
  readonly configMaps: readonly string[]
  readonly secrets: readonly string[]
} {
  const sources = projected?.sources ?? []
  return {
    configMaps: defined([configMap?.name, ...sources.map((source) => source.configMap?.name)]),
    secrets: defined([secret?.secretName, ...sources.map((source) => source.secret?.name)]),
  }
}

/** Whether the node's own resources may show in it. */
export function asksResources({ downwardAPI, projected }: Volume): boolean {
  const sources = [downwardAPI, ...(projected?.sources ?? []).map((source) => source.downwardAPI)]
  const items = sources.flatMap((source) => source?.items ?? [])
  return items.some(({ resourceFieldRef }) => resourceFieldRef !== undefined)
}

/** All sources are tried, and all that is wrong with them is told; of files at the same path the last one counts. */
function projectedFiles(projected: Volume['projected'], sources: VolumeSources): Payload {
  const files = new Map<string, FileProjection>()
  const faults = new Set<string>()
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    try {
      for (const [path, file] of filesOf(source, { index, sources, mode: projected?.defaultMode }))
        files.set(path, file)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      faults.add(error.message)
    }
  }
  if (faults.size > 0) throw aggregate([...faults])
  return files
}

/** As Go joins several errors. */
function aggregate(faults: readonly string[]): VolumeError {
  return new VolumeError(faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`)
}

function filesOf(
  source: VolumeProjection,
  {
    index,
    sources,
    mode,
  }: {
    readonly index: number
    readonly sources: VolumeSources
    readonly mode: number | undefined
  },
): Payload {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source
  if (secret !== undefined) return secretFiles(secret, sources, mode)
  if (configMap !== undefined) return configMapFiles(configMap, sources, mode)
  if (downwardAPI !== undefined) return downwardFiles(downwardAPI.items, sources, mode)
  if (serviceAccountToken === undefined) {
    const kind = Object.keys(source)[0] ?? 'nothing'
    throw new VolumeError(`hitless has no projected files from ${kind}`)
  }
  const found = sources.tokens.get(index) ?? { fault: 'failed to fetch token' }
  if ('fault' in found) throw new VolumeError(found.fault)
  const bytes = new TextEncoder().encode(found.token)
  return new Map([[serviceAccountToken.path, { bytes, mode: mode ?? FILE_MODE, isToken: true }]])
}

interface NamedSource {
  readonly name?: string
  readonly items?: readonly KeyToPath[]
  readonly optional?: boolean
}

function configMapFiles(
  source: NamedSource,
  { configMaps }: VolumeSources,
  mode: number | undefined,
): Payload {
  const { data = {}, binaryData = {} } =
    objectOf(configMaps, 'configmap', source) ?? ({} satisfies Partial<ConfigMap>)
  const encoder = new TextEncoder()
  const values = new Map([
    ...Object.entries(data).map(([key, text]) => [key, encoder.encode(text)] as const),
    ...Object.entries(binaryData).map(([key, text]) => [key, decodeBase64(text)] as const),
  ])
  return filesOfKeys(
    values,
    source,
    mode,
    (key) => `configmap references non-existent config key: ${key}`,
  )
}

function secretFiles(
  source: NamedSource,
  { secrets }: VolumeSources,
  mode: number | undefined,
): Payload {
  const { data = {} } = objectOf(secrets, 'secret', source) ?? ({} satisfies Partial<Secret>)
  const values = new Map(Object.entries(data).map(([key, text]) => [key, decodeBase64(text)]))
  return filesOfKeys(values, source, mode, (key) => `references non-existent secret key: ${key}`)
}

/** Undefined: it is optional and not there. */
function objectOf<T>(
  objects: ReadonlyMap<string, T>,
  kind: 'configmap' | 'secret',
  { name = '', optional }: NamedSource,
): T | undefined {
  const found = objects.get(name)
  if (found !== undefined || optional === true) return found
  throw new VolumeError(`${kind} "${name}" not found`)
}

function filesOfKeys(
  values: ReadonlyMap<string, Uint8Array>,
  { items = [], optional }: NamedSource,
  mode: number = FILE_MODE,
  faultOf: (key: string) => string,
): Payload {
  if (items.length === 0) {
    return new Map([...values].map(([key, bytes]) => [key, { bytes, mode }]))
  }
  const files = new Map<string, FileProjection>()
  for (const item of items) {
    const bytes = values.get(item.key)
    if (bytes !== undefined) files.set(item.path, { bytes, mode: item.mode ?? mode })
    else if (optional !== true) throw new VolumeError(faultOf(item.key))
  }
  return files
}

function downwardFiles(
  items: readonly DownwardFile[] = [],
  { pod, allocatable }: VolumeSources,
  mode: number = FILE_MODE,
): Payload {
  const files = new Map<string, FileProjection>()
  const faults = new Set<string>()
  for (const item of items) {
    try {
      const bytes = new TextEncoder().encode(downwardText(item, pod, allocatable))
      files.set(item.path, { bytes, mode: item.mode ?? mode })
    } catch (error) {
      if (!(error instanceof Error)) throw error
      faults.add(error.message)
    }
  }
  if (faults.size > 0) throw aggregate([...faults])
  return files
}

function downwardText(
  { fieldRef, resourceFieldRef }: DownwardFile,
  pod: Pod,
  allocatable: ResourceAmounts,
): string {
  if (fieldRef !== undefined) {
    const value = podField(pod, fieldRef.fieldPath)
    if (value !== undefined) return value
    throw new VolumeError(`unsupported fieldPath: ${fieldRef.fieldPath}`)
  }
  return resourceFieldRef === undefined
    ? ''
    : resourceOfFile(resourceFieldRef, pod, { allocatable })
}

function defined(names: readonly (string | undefined)[]): readonly string[] {
  return names.filter((name) => name !== undefined)
}
