import { compareTexts } from '../base/compare-texts.ts'
import type { Appender, Files, FileStatus } from '../world/files.ts'

type Entry =
  | { readonly type: 'file'; mode: number; bytes: Uint8Array }
  | { readonly type: 'directory'; mode: number; readonly entries: Map<string, Entry> }
  | { readonly type: 'link'; readonly mode: number; readonly target: string }

type Directory = Extract<Entry, { readonly type: 'directory' }>

/** Where a path leads: what is there, if anything, under which name in which directory. */
interface Place {
  readonly parent: Directory
  readonly name: string
  readonly path: string
  readonly entry: Entry | undefined
}

/** As Linux: more symbolic links on a way are taken for a circle. */
const LINKS_MAX = 40
/** What a file or directory takes of the disk is a multiple of it. */
const BLOCK_BYTES = 4_096

/** The files of a virtual machine, in memory. Owners and times are not kept: everything is one user's, and new. */
export class SimulatedFiles implements Files {
  readonly #root: Directory = { type: 'directory', mode: 0o755, entries: new Map() }

  async readText(path: string, { bytesMax }: { readonly bytesMax?: number } = {}): Promise<string> {
    return new TextDecoder().decode(this.#file(path).bytes.slice(0, bytesMax))
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return this.#file(path).bytes.slice()
  }

  async readRange(
    path: string,
    { offset, bytesMax }: { readonly offset: number; readonly bytesMax: number },
  ): Promise<Uint8Array> {
    return this.#file(path).bytes.slice(offset, offset + bytesMax)
  }

  async sizeOf(path: string): Promise<number> {
    return this.#file(path).bytes.length
  }

  async allocatedSizeOf(path: string): Promise<number> {
    const { entry } = this.#find(path, false)
    if (entry === undefined) throw refusal('ENOENT', path)
    if (entry.type === 'link') return 0
    return entry.type === 'file'
      ? Math.ceil(entry.bytes.length / BLOCK_BYTES) * BLOCK_BYTES
      : BLOCK_BYTES
  }

  async writeText(
    path: string,
    text: string,
    { mode }: { readonly mode?: number } = {},
  ): Promise<void> {
    this.#write(path, new TextEncoder().encode(text), mode)
  }

  async writeBytes(path: string, bytes: Uint8Array): Promise<void> {
    this.#write(path, bytes.slice())
  }

  openAppend(path: string): Appender {
    const chunks: Uint8Array[] = []
    return {
      append: (data) =>
        void chunks.push(typeof data === 'string' ? new TextEncoder().encode(data) : data.slice()),
      close: async () => {
        await this.makeDirectory(path.slice(0, path.lastIndexOf('/')))
        const { entry } = this.#find(path)
        const before = entry?.type === 'file' ? [...entry.bytes] : []
        this.#write(path, Uint8Array.from([...before, ...chunks.flatMap((chunk) => [...chunk])]))
      },
    }
  }

  async appendDecompressed({ path }: { readonly path: string }): Promise<void> {
    throw refusal('ENOSYS', path)
  }

  async makeDirectory(path: string): Promise<void> {
    let current = ''
    for (const name of namesOf(path)) {
      current = `${current}/${name}`
      const place = this.#find(current)
      if (place.entry === undefined) {
        place.parent.entries.set(place.name, { type: 'directory', mode: 0o755, entries: new Map() })
      } else if (place.entry.type !== 'directory') throw refusal('EEXIST', current)
    }
  }

  async list(path: string) {
    const { entry } = this.#existing(path)
    if (entry.type !== 'directory') throw refusal('ENOTDIR', path)
    return [...entry.entries]
      .map(([name, { type }]) => ({ name, isDirectory: type === 'directory' }))
      .sort((a, b) => compareTexts(a.name, b.name))
  }

  async kindOf(path: string): Promise<'file' | 'directory' | 'missing'> {
    const status = await this.statusOf(path, { followLinks: true })
    if (status === undefined) return 'missing'
    return status.type === 'directory' ? 'directory' : 'file'
  }

  async statusOf(
    path: string,
    { followLinks }: { readonly followLinks: boolean },
  ): Promise<FileStatus | undefined> {
    try {
      const { entry } = this.#find(path, followLinks)
      return entry === undefined ? undefined : { type: entry.type, mode: entry.mode }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw error
    }
  }

  async changeMode(path: string, mode: number): Promise<void> {
    const { entry } = this.#existing(path)
    if (entry.type !== 'link') entry.mode = mode
  }

  async changeOwner(path: string): Promise<void> {
    this.#existing(path, false)
  }

  async changeTime(path: string): Promise<void> {
    this.#existing(path, false)
  }

  async makeLink(path: string, target: string): Promise<void> {
    const { parent, name, entry } = this.#find(path, false)
    if (entry !== undefined) throw refusal('EEXIST', path)
    parent.entries.set(name, { type: 'link', mode: 0o777, target })
  }

  async readLink(path: string): Promise<string> {
    const { entry } = this.#existing(path, false)
    if (entry.type !== 'link') throw refusal('EINVAL', path)
    return entry.target
  }

  async realPath(path: string): Promise<string> {
    return this.#existing(path).path
  }

  async rename(from: string, to: string): Promise<void> {
    const source = this.#existing(from, false)
    const { parent, name } = this.#find(to, false)
    source.parent.entries.delete(source.name)
    parent.entries.set(name, source.entry)
  }

  async remove(path: string): Promise<void> {
    if ((await this.statusOf(path, { followLinks: false })) === undefined) return
    const { parent, name } = this.#find(path, false)
    parent.entries.delete(name)
  }

  #write(path: string, bytes: Uint8Array, mode = 0o644): void {
    const { parent, name, entry } = this.#find(path)
    if (entry === undefined) parent.entries.set(name, { type: 'file', mode, bytes })
    else if (entry.type === 'file') entry.bytes = bytes
    else throw refusal('EISDIR', path)
  }

  #file(path: string): Extract<Entry, { readonly type: 'file' }> {
    const { entry } = this.#existing(path)
    if (entry.type !== 'file') throw refusal('EISDIR', path)
    return entry
  }

  #existing(path: string, followLast = true): Place & { readonly entry: Entry } {
    const { entry, ...place } = this.#find(path, followLast)
    if (entry === undefined) throw refusal('ENOENT', path)
    return { ...place, entry }
  }

  /** ENOENT and ENOTDIR are those of the directories on the way; the last name may be missing. */
  #find(path: string, followLast = true): Place {
    const waiting = namesOf(path)
    let way: readonly Place[] = [this.#rootPlace()]
    for (let links = 0; waiting.length > 0;) {
      const name = waiting.shift() ?? ''
      const here = way.at(-1)?.entry
      if (here === undefined) throw refusal('ENOENT', path)
      if (here.type !== 'directory') throw refusal('ENOTDIR', path)
      if (name === '..') {
        way = way.length > 1 ? way.slice(0, -1) : way
        continue
      }
      const entry = here.entries.get(name)
      if (entry?.type === 'link' && (followLast || waiting.length > 0)) {
        if (++links > LINKS_MAX) throw refusal('ELOOP', path)
        waiting.unshift(...namesOf(entry.target))
        if (entry.target.startsWith('/')) way = [this.#rootPlace()]
        continue
      }
      const above = way.length === 1 ? '' : (way.at(-1)?.path ?? '')
      way = [...way, { parent: here, name, path: `${above}/${name}`, entry }]
    }
    return way.at(-1) ?? this.#rootPlace()
  }

  #rootPlace(): Place {
    return { parent: this.#root, name: '', path: '/', entry: this.#root }
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function refusal(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
