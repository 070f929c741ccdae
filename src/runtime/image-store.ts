import { fieldsOf, isFields, textOf } from '../base/fields.ts'
import type { Files } from '../world/files.ts'
import type { Processes } from '../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from './process/shell.ts'
import { signalNamed } from './process/signals.ts'
import { ImagePullError, type ImageConfig } from './runtime.ts'
import {
  findImage,
  openTarStore,
  readDescription,
  type Blob,
  type BlobStore,
} from './images/archive.ts'
import { applyLayer } from './images/layer.ts'
import { TarError } from './images/tar.ts'
import { openWorkplace } from './images/workplace.ts'
import { zstdFrames, type Frame } from './images/zstd-frames.ts'

/** Of a large image on a slow disk. */
const TOOL_TIMEOUT_MS = 600_000

export interface ImageStoreDoors {
  readonly files: Files
  readonly processes: Processes
}

/**
 * Images from archives, each unpacked once into a directory that is named by the digest of its configuration, and
 * stays there for later runs.
 */
export class ImageStore {
  readonly #doors: ImageStoreDoors
  readonly #directory: string

  constructor(doors: ImageStoreDoors, directory: string) {
    this.#doors = doors
    this.#directory = directory
  }

  /** Rejects with ImagePullError, which names the archive and what is wrong with it. */
  async unpack(archivePath: string, image: string): Promise<ImageConfig> {
    try {
      await this.#doors.files.makeDirectory(this.#directory)
      return await this.#unpack(archivePath, image)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ImagePullError(`the image archive ${archivePath} cannot be used: ${reason}`)
    }
  }

  async #unpack(archivePath: string, image: string): Promise<ImageConfig> {
    const { processes } = this.#doors
    const place = await openWorkplace(processes, this.#directory)
    const workplace = place.path
    try {
      const store = await this.#open(archivePath, workplace)
      const architecture = architectureOf(await this.#run('uname', ['-m']))
      const parts = await findImage(store, { image, architecture })
      const digest = await this.#digestOf(parts.config)
      if (parts.configDigest?.startsWith('sha256:') === true && parts.configDigest !== digest) {
        throw new TarError(`its configuration is ${digest}, not ${parts.configDigest}`)
      }
      const description = await readDescription(parts.config)
      const root = `${this.#directory}/${digest.replace(':', '-')}`
      if ((await this.#doors.files.kindOf(root)) === 'missing') {
        await this.#makeRoot(parts.layers, diffIdsOf(description), workplace)
        await this.#moveInto(`${workplace}/root`, root)
      }
      return { ...imageConfig(description), rootDirectory: root }
    } finally {
      await place.close()
    }
  }

  async #open(path: string, workplace: string): Promise<BlobStore> {
    if ((await this.#doors.files.kindOf(path)) === 'directory') {
      return { find: (name) => this.#fileBlob(`${path}/${name}`) }
    }
    const archive = await this.#fileBlob(path)
    if (archive === undefined) throw new Error('there is no such file or directory')
    return openTarStore(await this.#plain(archive, `${workplace}/archive.tar`))
  }

  async #makeRoot(
    layers: readonly Blob[],
    diffIds: readonly string[],
    workplace: string,
  ): Promise<void> {
    if (layers.length !== diffIds.length) {
      throw new TarError(`it has ${layers.length} layers and tells of ${diffIds.length}`)
    }
    await this.#doors.files.makeDirectory(`${workplace}/root`)
    for (const [index, layer] of layers.entries()) {
      const plain = await this.#plain(layer, `${workplace}/layer.tar`)
      const digest = await this.#digestOf(plain)
      if (digest !== diffIds[index]) {
        throw new TarError(`its layer ${index + 1} is ${digest}, not ${diffIds[index]}`)
      }
      await applyLayer(this.#doors, plain, `${workplace}/root`)
      await this.#doors.files.remove(`${workplace}/layer.tar`)
    }
  }

  /** Another hitless may have been faster; its directory is as good. */
  async #moveInto(made: string, root: string): Promise<void> {
    try {
      await this.#doors.files.rename(made, root)
    } catch (error) {
      if ((await this.#doors.files.kindOf(root)) !== 'directory') throw error
    }
  }

  /** The blob itself, or its content in a file where it is compressed. */
  async #plain(blob: Blob, path: string): Promise<Blob> {
    const [first, second, third, fourth] = await blob.read(0, 4)
    const isGzip = first === 0x1f && second === 0x8b
    const isZstd = first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd
    if (!isGzip && !isZstd) return blob
    const append = ({ offset, size }: Frame) =>
      this.#doors.files.appendDecompressed(
        {
          path: blob.path,
          offset: blob.start + offset,
          size,
          format: isGzip ? 'gzip' : 'zstd',
        },
        path,
      )
    if (isGzip) await append({ offset: 0, size: blob.size })
    else for await (const frame of zstdFrames(blob)) await append(frame)
    const plain = await this.#fileBlob(path)
    if (plain === undefined) throw new Error(`${path} is gone`)
    return plain
  }

  async #digestOf(blob: Blob): Promise<string> {
    const script = 'tail -c "+$2" -- "$1" | head -c "$3" | sha256sum'
    const { path, start, size } = blob
    const range = [path, String(start + 1), String(size)]
    const text = await this.#run('/bin/sh', ['-c', script, 'sh', ...range])
    return `sha256:${text.split(' ')[0] ?? ''}`
  }

  async #run(program: string, args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#doors.processes.run([program, ...args], {
      timeoutMs: TOOL_TIMEOUT_MS,
      env: SCRIPT_ENVIRONMENT,
    })
    if (exitCode !== 0) throw new Error(stderr.trim() || `${program} ended with ${exitCode}`)
    return stdout.trim()
  }

  async #fileBlob(path: string): Promise<Blob | undefined> {
    const { files } = this.#doors
    if ((await files.kindOf(path)) !== 'file') return undefined
    return {
      path,
      start: 0,
      size: await files.sizeOf(path),
      read: (offset, bytesMax) => files.readRange(path, { offset, bytesMax }),
    }
  }
}

/** As Go names them. */
function architectureOf(machine: string): string {
  const names: Readonly<Record<string, string>> = {
    x86_64: 'amd64',
    aarch64: 'arm64',
    armv7l: 'arm',
  }
  return names[machine] ?? machine
}

function diffIdsOf(description: unknown): readonly string[] {
  const { diff_ids: ids } = fieldsOf(fieldsOf(description)['rootfs'])
  return Array.isArray(ids) ? ids.map(textOf) : []
}

/** What an image's configuration says about its process (OCI image configuration, `config`). */
export function imageConfig(description: unknown): ImageConfig {
  const config = fieldsOf(isFields(description) ? description['config'] : undefined)
  const env = textsOf(config['Env']).map((text) => {
    const equals = text.indexOf('=')
    return equals === -1
      ? ([text, ''] as const)
      : ([text.slice(0, equals), text.slice(equals + 1)] as const)
  })
  const workingDir = textOf(config['WorkingDir'])
  const user = textOf(config['User'])
  const stopSignal = signalNamed(textOf(config['StopSignal']))
  return {
    command: textsOf(config['Entrypoint']),
    defaultArgs: textsOf(config['Cmd']),
    env: Object.fromEntries(env),
    workingDir: workingDir === '' ? '/' : workingDir,
    ...(user === '' ? {} : { user }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
