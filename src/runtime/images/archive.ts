import { isFields } from '../../base/fields.ts'
import { parseJson } from '../../base/parse-json.ts'
import { readAll, readTar, TarError, type ByteSource } from './tar.ts'

/** A part of a file of this machine. */
export interface Blob extends ByteSource {
  readonly path: string
  /** Where it begins in the file. */
  readonly start: number
}

/** The files of an image archive by name: of a directory, or of a tar archive. */
export interface BlobStore {
  find(name: string): Promise<Blob | undefined>
}

/** What an image is made of. */
export interface ImageParts {
  readonly config: Blob
  /** Absent in archives of older Docker, whose names say nothing about the content. */
  readonly configDigest: string | undefined
  readonly layers: readonly Blob[]
}

/** Descriptions are a few KiB long; a thousand layers are a hundred. */
const DESCRIPTION_BYTES_MAX = 4 * 1024 * 1024

const MANIFESTS_DEPTH_MAX = 4

/**
 * Finds an image in an archive: OCI image layout (`oci-layout`, `index.json`), or that of `docker save`
 * (`manifest.json`). Of several images the one whose reference is `image` is taken, else the first; of several
 * platforms that of this machine.
 */
export async function findImage(
  store: BlobStore,
  { image, architecture }: { readonly image: string; readonly architecture: string },
): Promise<ImageParts> {
  const index = await readJson(store, 'index.json')
  if (index !== undefined) return ociImage(store, index, { image, architecture, depth: 0 })
  const manifests = await readJson(store, 'manifest.json')
  if (manifests === undefined) {
    throw new TarError('it is neither an OCI image layout nor made by docker save')
  }
  return dockerImage(store, manifests, image)
}

async function ociImage(
  store: BlobStore,
  index: unknown,
  wanted: { readonly image: string; readonly architecture: string; readonly depth: number },
): Promise<ImageParts> {
  if (wanted.depth > MANIFESTS_DEPTH_MAX) throw new TarError('its indexes go round in a circle')
  const entries = listOf(index, 'manifests').filter((entry) => !isAttestation(entry))
  const named = entries.filter((entry) => referenceOf(entry) === wanted.image)
  const fitting = entries.filter((entry) => fits(entry, wanted.architecture))
  const entry = named[0] ?? fitting[0]
  if (entry === undefined) {
    throw new TarError(`it has no image for linux/${wanted.architecture}`)
  }
  const digest = textOf(entry, 'digest')
  const manifest = await readJson(store, blobName(digest))
  if (manifest === undefined) throw new TarError(`the blob ${digest} is missing`)
  if (isFields(manifest) && Array.isArray(manifest['manifests'])) {
    return ociImage(store, manifest, { ...wanted, depth: wanted.depth + 1 })
  }
  const configDigest = textOf(isFields(manifest) ? manifest['config'] : undefined, 'digest')
  const layers = listOf(manifest, 'layers').map((layer) => textOf(layer, 'digest'))
  return {
    config: await blobOf(store, blobName(configDigest)),
    configDigest,
    layers: await Promise.all(layers.map((layer) => blobOf(store, blobName(layer)))),
  }
}

async function dockerImage(
  store: BlobStore,
  manifests: unknown,
  image: string,
): Promise<ImageParts> {
  const entries = Array.isArray(manifests) ? manifests : []
  const named = entries.find((entry: unknown) => listOf(entry, 'RepoTags').includes(image))
  const entry: unknown = named ?? entries[0]
  const layers = listOf(entry, 'Layers').filter((name) => typeof name === 'string')
  return {
    config: await blobOf(store, textOf(entry, 'Config')),
    configDigest: undefined,
    layers: await Promise.all(layers.map((name) => blobOf(store, name))),
  }
}

/** What buildx adds beside an image. */
function isAttestation(entry: unknown): boolean {
  const platform = isFields(entry) ? entry['platform'] : undefined
  return isFields(platform) && platform['os'] === 'unknown'
}

function fits(entry: unknown, architecture: string): boolean {
  const platform = isFields(entry) ? entry['platform'] : undefined
  return !isFields(platform) || platform['architecture'] === architecture
}

function referenceOf(entry: unknown): unknown {
  const annotations = isFields(entry) ? entry['annotations'] : undefined
  if (!isFields(annotations)) return undefined
  return annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name']
}

function blobName(digest: string): string {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(digest)
  if (match === null) throw new TarError(`${JSON.stringify(digest)} is no digest`)
  return `blobs/${match[1]}/${match[2]}`
}

async function blobOf(store: BlobStore, name: string): Promise<Blob> {
  const blob = await store.find(name)
  if (blob === undefined) throw new TarError(`${name} is missing`)
  return blob
}

async function readJson(store: BlobStore, name: string): Promise<unknown> {
  const blob = await store.find(name)
  return blob === undefined ? undefined : parseBytes(await readAll(blob, DESCRIPTION_BYTES_MAX))
}

function parseBytes(bytes: Uint8Array): unknown {
  const value = parseJson(new TextDecoder().decode(bytes))
  if (value === undefined) throw new TarError('one of its descriptions is no JSON')
  return value
}

export async function readDescription(blob: Blob): Promise<unknown> {
  return parseBytes(await readAll(blob, DESCRIPTION_BYTES_MAX))
}

function listOf(object: unknown, key: string): readonly unknown[] {
  const value = isFields(object) ? object[key] : undefined
  return Array.isArray(value) ? value : []
}

function textOf(object: unknown, key: string): string {
  const value = isFields(object) ? object[key] : undefined
  if (typeof value !== 'string') throw new TarError(`its description has no ${key}`)
  return value
}

const NAMES_MAX = 100_000
const LINKS_MAX = 8

/** The files inside a tar archive, which is looked through once. Links are followed: older Docker has them for layers. */
export async function openTarStore(archive: Blob): Promise<BlobStore> {
  const blobs = new Map<string, Blob>()
  const links = new Map<string, string>()
  for await (const entry of readTar(archive)) {
    const name = entry.name.replace(/^(\.?\/)+/, '')
    if (blobs.size > NAMES_MAX) throw new TarError('the archive has too many members')
    if (entry.type === 'file') blobs.set(name, part(archive, entry.offset, entry.size))
    else if (entry.type === 'link' || entry.type === 'hard-link') links.set(name, entry.target)
  }
  return {
    async find(name) {
      let found = name
      for (let followed = 0; followed < LINKS_MAX; followed++) {
        const blob = blobs.get(found)
        const target = links.get(found)
        if (blob !== undefined || target === undefined) return blob
        found = joinName(found, target)
      }
      return undefined
    },
  }
}

function joinName(name: string, target: string): string {
  const parts = name.split('/').slice(0, -1)
  for (const step of target.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.' && step !== '') parts.push(step)
  }
  return parts.join('/')
}

function part(archive: Blob, start: number, size: number): Blob {
  return {
    path: archive.path,
    start: archive.start + start,
    size,
    read: (offset, bytesMax) =>
      offset >= size
        ? Promise.resolve(new Uint8Array(0))
        : archive.read(start + offset, Math.min(bytesMax, size - offset)),
  }
}
