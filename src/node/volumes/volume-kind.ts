import type { Volume } from '../../api/volume.ts'

/** What is set up here. Every other source of a volume is told as unsupported. */
export const VOLUME_KINDS = [
  'emptyDir',
  'hostPath',
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
] as const

export type VolumeKind = (typeof VOLUME_KINDS)[number]

/** Undefined: a source that is not set up here. */
export function kindOfVolume(volume: Volume): VolumeKind | undefined {
  return VOLUME_KINDS.find((kind) => volume[kind] !== undefined)
}

/** For a message: the field that says where the volume comes from. */
export function sourceOfVolume(volume: Volume): string {
  return Object.keys(volume).find((field) => field !== 'name') ?? 'nothing'
}

/** Its contents come from objects of the API and follow them. */
export function followsApi(kind: VolumeKind): boolean {
  return kind !== 'emptyDir' && kind !== 'hostPath'
}

/** As the kubelet's plugins call themselves, and the directories of their volumes: `kubernetes.io~empty-dir`. */
export function directoryOfKind(kind: VolumeKind): string {
  const names: Readonly<Record<VolumeKind, string>> = {
    emptyDir: 'empty-dir',
    hostPath: 'host-path',
    configMap: 'configmap',
    secret: 'secret',
    downwardAPI: 'downward-api',
    projected: 'projected',
  }
  return `kubernetes.io~${names[kind]}`
}
