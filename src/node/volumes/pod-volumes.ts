import { ApiError } from '../../api/api-error.ts'
import type { Pod } from '../../api/pod.ts'
import type { Volume } from '../../api/volume.ts'
import { invariant } from '../../base/invariant.ts'
import { throwLater } from '../../base/throw-later.ts'
import { formatTimestampMs } from '../../base/timestamp.ts'
import type { Timer } from '../../world/clock.ts'
import { ContainerConfigError } from '../container/container-config-error.ts'
import type { NodeDoors, PodEvent } from '../doors.ts'
import { readAllocatable, readNamed } from '../environment/read-sources.ts'
import type { PodFiles } from '../termination-message.ts'
import { NS_PER_MS } from '../timings.ts'
import { AccountTokens } from './account-tokens.ts'
import type { MountedVolume } from './container-mounts.ts'
import { memoryVolumeBytes, quantityBytes } from './memory-size.ts'
import { asksResources, collectPayload, objectsOfVolume } from './payload.ts'
import { removePodFiles } from './pod-directory.ts'
import { setUpEmptyDir, setUpHostPath, setUpPayload } from './set-up.ts'
import { type SizedVolume, SizeWatch } from './size-watch.ts'
import { VolumeError } from './volume-error.ts'
import {
  directoryOfKind,
  followsApi,
  kindOfVolume,
  sourceOfVolume,
  type VolumeKind,
} from './volume-kind.ts'

export type VolumeDoors = Pick<
  NodeDoors,
  'clock' | 'client' | 'podFiles' | 'machine' | 'sourceWatches' | 'runtime'
>

/** The kubelet's exponential back-off for a volume that cannot be set up. */
const BACK_OFF_MS = 500
const BACK_OFF_MS_MAX = 122_000
/** A volume that is never going to be: the kubelet's pause between two syncs of a pod with an error. */
const UNSUPPORTED_RETRY_MS = 10_000
/** The kubelet's --sync-frequency: each volume is looked at again, whatever was heard. */
const SYNC_MS = 60_000

interface VolumeState {
  readonly volume: Volume
  readonly kind: VolumeKind | undefined
  mounted?: MountedVolume
  /** Of the newest attempt, where it failed. */
  failure?: { readonly backOffMs: number; readonly retryAt: number }
}

/**
 * The volumes of one pod: set up before its sandbox is made, shown anew when what they are made from changes, gone with
 * the pod. One pass at a time looks at all of them, whatever woke it.
 */
export class PodVolumes {
  readonly #doors: VolumeDoors
  readonly #emit: (event: PodEvent) => void
  readonly #tokens: AccountTokens
  readonly #unfollow: (() => void)[] = []
  readonly #sizes: SizeWatch | undefined
  /** RFC 3339. */
  readonly #seenAt: string
  #pod: Pod
  #states: readonly VolumeState[] = []
  #ready = Promise.withResolvers<void>()
  #pass: Promise<void> | undefined
  #isWanted = false
  #isReady = false
  #isStopped = false
  #timer: Timer | undefined

  /** `onExceeded`: told in the kubelet's words when a volume has outgrown its limit. */
  constructor(
    doors: VolumeDoors,
    pod: Pod,
    {
      emit,
      onExceeded,
    }: {
      readonly emit: (event: PodEvent) => void
      readonly onExceeded: (message: string) => void
    },
  ) {
    this.#doors = doors
    this.#pod = pod
    this.#emit = emit
    this.#tokens = new AccountTokens(doors.client)
    this.#seenAt = formatTimestampMs(doors.clock.wallMs()).replace(/\.?0*Z$/, 'Z')
    this.#addUsed(pod)
    const { clock, podFiles } = doors
    if (podFiles === undefined) return
    this.#sizes = new SizeWatch({ clock, files: podFiles.files }, (name) => {
      const { volume } = this.#states.find((state) => state.volume.name === name) ?? {}
      const limit = volume?.emptyDir?.sizeLimit ?? ''
      onExceeded(`Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `)
    })
  }

  /** Those that are set up, by name. */
  get mounted(): ReadonlyMap<string, MountedVolume> {
    return new Map(
      this.#states.flatMap(({ volume, mounted }) =>
        mounted === undefined ? [] : [[volume.name, mounted] as const],
      ),
    )
  }

  /** Resolves when every volume that a container mounts is there, or nothing more is to come. */
  async setUp(): Promise<void> {
    if (this.#states.length === 0) return
    this.#want()
    await this.#ready.promise
  }

  /** A newer version of the pod: files may show its labels and annotations, a container that is added mount more. */
  update(pod: Pod): void {
    const isShown = shownOf(pod) !== shownOf(this.#pod)
    this.#pod = pod
    const isMore = !this.#isStopped && this.#addUsed(pod)
    if (isMore || (isShown && this.#states.some(isFollowing))) this.#want()
  }

  /** Whether there are any that no container has mounted before. */
  #addUsed(pod: Pod): boolean {
    if (this.#doors.podFiles === undefined) return false
    const known = new Set(this.#states.map(({ volume }) => volume.name))
    const added = usedVolumes(pod).filter(({ name }) => !known.has(name))
    if (added.length === 0) return false
    const states = added.map((volume) => ({ volume, kind: kindOfVolume(volume) }))
    this.#states = [...this.#states, ...states]
    if (!this.#isReady) return true
    this.#isReady = false
    this.#ready = Promise.withResolvers()
    for (const unfollow of this.#unfollow.splice(0)) unfollow()
    return true
  }

  /** Nothing is set up or shown anew any more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    for (const unfollow of this.#unfollow.splice(0)) unfollow()
    this.#ready.resolve()
    await Promise.all([this.#pass, this.#sizes?.stop()])
  }

  /** With all that is in them. */
  async remove(): Promise<void> {
    await this.stop()
    if (this.#states.length === 0) return
    const { files, podDirectory } = this.#podFiles()
    const path = `${podDirectory}/${this.#pod.metadata.uid ?? ''}/volumes`
    await removePodFiles({ files, runtime: this.#doors.runtime }, path)
  }

  #podFiles(): PodFiles {
    const { podFiles } = this.#doors
    invariant(podFiles !== undefined, 'a node without files has no volumes')
    return podFiles
  }

  #want(): void {
    this.#isWanted = true
    this.#pass ??= this.#passes().then(
      () => (this.#pass = undefined),
      (error: unknown) => {
        this.#pass = undefined
        throwLater(error)
      },
    )
  }

  async #passes(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false
      const now = this.#doors.clock.monotonicNs()
      for (const state of this.#states) {
        const isDue = (state.failure?.retryAt ?? 0) <= now
        const isWanted = state.mounted === undefined || isFollowing(state)
        if (isDue && isWanted && state.kind !== undefined) await this.#trySetUp(state, state.kind)
        if (this.#isStopped) return
      }
      this.#tellUnsupported(now)
      if (this.#states.every(({ mounted }) => mounted !== undefined)) this.#showReady()
      this.#planNext()
    }
  }

  #showReady(): void {
    this.#ready.resolve()
    if (!this.#isReady) this.#sizes?.start(sizedVolumes(this.#states))
    this.#isReady = true
    const { sourceWatches } = this.#doors
    if (sourceWatches === undefined || this.#unfollow.length > 0) return
    const { namespace = 'default' } = this.#pod.metadata
    const objects = this.#states.map(({ volume }) => objectsOfVolume(volume))
    for (const [kind, names] of [
      ['ConfigMap', new Set(objects.flatMap(({ configMaps }) => configMaps))],
      ['Secret', new Set(objects.flatMap(({ secrets }) => secrets))],
    ] as const) {
      if (names.size === 0) continue
      const onChange = (name: string) => {
        if (names.has(name)) this.#want()
      }
      this.#unfollow.push(sourceWatches.follow(kind, namespace, onChange))
    }
  }

  async #trySetUp(state: VolumeState, kind: VolumeKind): Promise<void> {
    try {
      state.mounted = await this.#setUpVolume(state.volume, kind)
      delete state.failure
    } catch (error) {
      if (!isOperational(error)) throw error
      const { name } = state.volume
      const backOffMs =
        state.failure === undefined
          ? BACK_OFF_MS
          : Math.min(state.failure.backOffMs * 2, BACK_OFF_MS_MAX)
      const retryAt = this.#doors.clock.monotonicNs() + backOffMs * NS_PER_MS
      state.failure = { backOffMs, retryAt }
      this.#tell(`MountVolume.SetUp failed for volume "${name}" : ${error.message}`)
    }
  }

  async #setUpVolume(volume: Volume, kind: VolumeKind): Promise<MountedVolume> {
    const { files, podDirectory } = this.#podFiles()
    const pod = this.#pod
    const own = `${podDirectory}/${pod.metadata.uid ?? ''}/volumes`
    const directory = `${own}/${directoryOfKind(kind)}/${volume.name}`
    const set = { files, pod, volume, directory }
    if (kind === 'emptyDir') {
      await setUpEmptyDir(set, (place) => this.#mountMemory(volume, place))
      return { path: directory, readOnly: false }
    }
    if (kind === 'hostPath') return { path: await setUpHostPath(files, volume), readOnly: false }
    await this.#setUpFiles(set)
    return { path: directory, readOnly: true }
  }

  async #mountMemory(volume: Volume, directory: string): Promise<void> {
    const { client, machine, runtime } = this.#doors
    const allocatable = await readAllocatable(client, this.#pod, machine)
    const sizeBytes = memoryVolumeBytes(volume, this.#pod, allocatable)
    await runtime.mountMemory?.(directory, { sizeBytes })
  }

  async #setUpFiles(set: Parameters<typeof setUpPayload>[0]): Promise<void> {
    const { client, clock, machine } = this.#doors
    const { pod, volume } = set
    const { namespace = 'default' } = pod.metadata
    const names = objectsOfVolume(volume)
    const payload = collectPayload(volume, {
      pod: asSeen(pod, this.#seenAt),
      configMaps: await readNamed(client, 'ConfigMap', namespace, names.configMaps),
      secrets: await readNamed(client, 'Secret', namespace, names.secrets),
      tokens: await this.#tokens.of(volume, pod, clock.wallMs()),
      allocatable: asksResources(volume) ? await readAllocatable(client, pod, machine) : {},
    })
    await setUpPayload(set, payload, clock.wallMs())
  }

  /** In the kubelet's words for a volume of which no plugin wants to know. */
  #tellUnsupported(now: number): void {
    const failed = this.#states.filter(({ kind }) => kind === undefined)
    if (failed.length === 0 || (failed[0]?.failure?.retryAt ?? 0) > now) return
    const retryAt = now + UNSUPPORTED_RETRY_MS * NS_PER_MS
    for (const state of failed) state.failure = { backOffMs: UNSUPPORTED_RETRY_MS, retryAt }
    const unmounted = this.#states.filter(({ mounted }) => mounted === undefined)
    const why = failed.map(
      ({ volume }) =>
        `failed to get Plugin from volumeSpec for volume "${volume.name}" err=no volume plugin matched: hitless has none for ${sourceOfVolume(volume)}`,
    )
    this.#tell(
      `Unable to attach or mount volumes: unmounted volumes=[${namesOf(unmounted)}], unattached volumes=[], failed to process volumes=[${namesOf(failed)}]: ${why.join('; ')}`,
    )
  }

  #tell(message: string): void {
    if (!this.#isStopped) this.#emit({ type: 'Warning', reason: 'FailedMount', message })
  }

  #planNext(): void {
    if (this.#isStopped) return
    const { clock } = this.#doors
    const now = clock.monotonicNs()
    const times = this.#states.flatMap((state) => [
      ...(state.failure === undefined ? [] : [state.failure.retryAt]),
      ...(isFollowing(state) ? [now + SYNC_MS * NS_PER_MS] : []),
    ])
    this.#timer?.cancel()
    if (times.length === 0) return
    this.#timer = clock.after((Math.min(...times) - now) / NS_PER_MS, () => this.#want())
  }
}

/** With the annotations that a kubelet itself gives to what it reads from the API. */
function asSeen(pod: Pod, seenAt: string): Pod {
  const annotations = {
    ...pod.metadata.annotations,
    'kubernetes.io/config.seen': seenAt,
    'kubernetes.io/config.source': 'api',
  }
  return { ...pod, metadata: { ...pod.metadata, annotations } }
}

function sizedVolumes(states: readonly VolumeState[]): readonly SizedVolume[] {
  return states.flatMap(({ volume: { name, emptyDir }, mounted }) => {
    const bytesMax = quantityBytes(emptyDir?.sizeLimit)
    return bytesMax === 0 || mounted === undefined
      ? []
      : [{ name, directory: mounted.path, bytesMax }]
  })
}

function namesOf(states: readonly VolumeState[]): string {
  return states
    .map(({ volume }) => volume.name)
    .toSorted()
    .join(' ')
}

/** What of a pod its volumes may show and may change. */
function shownOf({ metadata }: Pod): string {
  return JSON.stringify([metadata.labels, metadata.annotations])
}

/** A volume that no container mounts is not set up. */
function usedVolumes({ spec }: Pod): readonly Volume[] {
  const { initContainers = [], containers: apps, ephemeralContainers = [] } = spec
  const containers = [...initContainers, ...apps, ...ephemeralContainers]
  const used = new Set(
    containers.flatMap(({ volumeMounts = [], volumeDevices = [] }) =>
      [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  )
  return (spec.volumes ?? []).filter(({ name }) => used.has(name))
}

function isFollowing({ kind, mounted }: VolumeState): boolean {
  return mounted !== undefined && kind !== undefined && followsApi(kind)
}

/** What can go wrong although the program is right. */
function isOperational(error: unknown): error is Error {
  if (error instanceof VolumeError || error instanceof ContainerConfigError) return true
  return error instanceof ApiError || (error instanceof Error && 'syscall' in error)
}
