import type { Files } from '../../world/files.ts'
import type { Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import { readTar, TarError, type ByteSource, type TarEntry } from './tar.ts'

/** Of a path with symbolic links, as the kernel counts. */
const LINKS_MAX = 40

const CHUNK_BYTES = 4 * 1024 * 1024

const OPAQUE = '.wh..wh..opq'
const WHITEOUT = '.wh.'

export interface LayerDoors {
  readonly files: Files
  readonly processes: Processes
}

/**
 * Puts a layer over what lies in `root`: files replace what was there, whiteouts remove it (OCI image layer
 * specification). Every path is followed inside `root` alone, also where a link of the image leads out of it.
 * Devices are left out: a container has its own /dev.
 */
export async function applyLayer(
  { files, processes }: LayerDoors,
  source: ByteSource,
  root: string,
): Promise<void> {
  const layer = new LayerTree(files, root)
  const hardLinks: (readonly [target: string, path: string])[] = []
  for await (const entry of readTar(source)) {
    const parts = partsOf(entry.name)
    const name = parts.at(-1)
    if (name === undefined) continue
    const parent = await layer.makeParent(parts.slice(0, -1))
    if (name === OPAQUE) await layer.removeOlder(parent)
    else if (name.startsWith(WHITEOUT)) await layer.remove(parent, name.slice(WHITEOUT.length))
    else if (entry.type === 'hard-link') {
      const target = await layer.find(partsOf(entry.target))
      const path = await layer.replace(parent, name)
      hardLinks.push([target, path])
    } else await layer.put(parent, name, entry, source)
  }
  await linkAll(processes, hardLinks)
  await layer.finish()
}

/** Names without what leads nowhere; one that leads out of the image is refused. */
function partsOf(name: string): readonly string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || name.includes('\0')) {
    throw new TarError(`the archive has a member outside of it: ${JSON.stringify(name)}`)
  }
  return parts
}

/** Left out: it has none, or one that no file can have. */
interface Attributes {
  readonly mode: number | undefined
  readonly modifiedMs: number | undefined
}

/** In milliseconds: what file systems of 64 bits keep, and more than what those of 32 do. */
const TIME_MAX = 2 ** 34 * 1_000

function attributesOf({ type, mode, modifiedMs }: TarEntry): Attributes {
  // Whoever unpacks must be able to go on in it, and to remove it.
  const own = type === 'directory' ? 0o700 : 0o600
  return {
    mode: type === 'link' ? undefined : mode | own,
    modifiedMs: Math.abs(modifiedMs) <= TIME_MAX ? modifiedMs : undefined,
  }
}

class LayerTree {
  readonly #files: Files
  readonly #root: string
  /** What this layer has made: an opaque mark of the same layer leaves it. */
  readonly #made = new Set<string>()
  /** Set at the end: writing takes the setuid bit away, and changes the time of the directory too. */
  readonly #attributes = new Map<string, Attributes>()
  readonly #resolved = new Map<string, string>()

  constructor(files: Files, root: string) {
    this.#files = files
    this.#root = root
  }

  /** The directory of a member, with symbolic links followed inside the root. */
  async makeParent(parts: readonly string[]): Promise<string> {
    const key = parts.join('/')
    const known = this.#resolved.get(key)
    if (known !== undefined) return known
    const path = await this.#resolve(parts)
    if ((await this.#files.statusOf(path, { followLinks: false }))?.type !== 'directory') {
      await this.#files.remove(path)
      await this.#files.makeDirectory(path)
      this.#made.add(path)
    }
    this.#resolved.set(key, path)
    return path
  }

  /** Where a member is; its own last part is not followed. */
  async find(parts: readonly string[]): Promise<string> {
    return `${await this.#resolve(parts.slice(0, -1))}/${parts.at(-1) ?? ''}`
  }

  async put(parent: string, name: string, entry: TarEntry, source: ByteSource): Promise<void> {
    const path = `${parent}/${name}`
    switch (entry.type) {
      case 'directory': {
        const there = await this.#files.statusOf(path, { followLinks: false })
        if (there?.type !== 'directory') {
          await this.replace(parent, name)
          await this.#files.makeDirectory(path)
        }
        this.#made.add(path)
        break
      }
      case 'file':
        await this.replace(parent, name)
        await this.#write(path, entry, source)
        break
      case 'link':
        await this.replace(parent, name)
        await this.#files.makeLink(path, entry.target)
        break
      case 'hard-link':
      case 'other':
        return
    }
    this.#attributes.set(path, attributesOf(entry))
  }

  /** Makes room for a member. */
  async replace(parent: string, name: string): Promise<string> {
    const path = `${parent}/${name}`
    await this.remove(parent, name)
    this.#made.add(path)
    return path
  }

  async remove(parent: string, name: string): Promise<void> {
    if (name === '' || name === '.' || name === '..') throw new TarError('a whiteout has no name')
    const path = `${parent}/${name}`
    const there = await this.#files.statusOf(path, { followLinks: false })
    if (there === undefined) return
    await this.#files.remove(path)
    this.#made.delete(path)
    this.#attributes.delete(path)
    if (there.type === 'directory' || there.type === 'link') this.#forget(path)
  }

  /** What earlier layers have left in a directory. */
  async removeOlder(directory: string): Promise<void> {
    for (const { name } of await this.#files.list(directory)) {
      const path = `${directory}/${name}`
      if (!this.#made.has(path)) await this.remove(directory, name)
    }
  }

  async finish(): Promise<void> {
    for (const [path, { mode, modifiedMs }] of this.#attributes) {
      if (mode !== undefined) await this.#files.changeMode(path, mode)
      if (modifiedMs !== undefined) await this.#files.changeTime(path, modifiedMs)
    }
  }

  async #resolve(parts: readonly string[]): Promise<string> {
    let waiting = [...parts]
    let done: string[] = []
    let links = 0
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (part === '' || part === '.') continue
      if (part === '..') {
        done = done.slice(0, -1)
        continue
      }
      const path = [this.#root, ...done, part].join('/')
      const status = await this.#files.statusOf(path, { followLinks: false })
      if (status?.type !== 'link') {
        done.push(part)
        continue
      }
      links += 1
      if (links > LINKS_MAX) throw new TarError('the image has links that lead nowhere')
      const target = await this.#files.readLink(path)
      if (target.startsWith('/')) done = []
      waiting = [...target.split('/'), ...waiting]
    }
    return [this.#root, ...done].join('/')
  }

  async #write(path: string, { offset, size }: TarEntry, source: ByteSource): Promise<void> {
    if (size <= CHUNK_BYTES) {
      await this.#files.writeBytes(path, await source.read(offset, size))
      return
    }
    for (let at = 0; at < size; at += CHUNK_BYTES) {
      const appender = this.#files.openAppend(path)
      appender.append(await source.read(offset + at, Math.min(CHUNK_BYTES, size - at)))
      await appender.close()
    }
  }

  #forget(path: string): void {
    const isGone = (known: string) => known.startsWith(`${path}/`)
    for (const known of this.#made) if (isGone(known)) this.#made.delete(known)
    for (const known of this.#attributes.keys()) if (isGone(known)) this.#attributes.delete(known)
    // Links may lead anywhere.
    this.#resolved.clear()
  }
}

const LINKS_PER_PROCESS = 200

async function linkAll(
  processes: Processes,
  links: readonly (readonly [target: string, path: string])[],
): Promise<void> {
  const script = 'while [ $# -gt 1 ]; do ln -P -- "$1" "$2" || exit 1; shift 2; done'
  for (let first = 0; first < links.length; first += LINKS_PER_PROCESS) {
    const pairs = links.slice(first, first + LINKS_PER_PROCESS).flat()
    const { exitCode, stderr } = await processes.run(['/bin/sh', '-c', script, 'sh', ...pairs], {
      timeoutMs: 60_000,
      env: SCRIPT_ENVIRONMENT,
    })
    if (exitCode !== 0) throw new TarError(`a hard link leads nowhere: ${stderr.trim()}`)
  }
}
