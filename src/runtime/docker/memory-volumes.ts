import { fieldsOf, textOf } from '../../base/fields.ts'
import type { Mount } from '../runtime.ts'
import { EngineError, type Engine } from './engine.ts'
import { OWNER_LABEL, removeOrTell } from './labels.ts'

interface MemoryVolume {
  readonly name: string
  /** Where the engine has it on its machine. */
  readonly place: string
  readonly keeperId: string
}

interface MemoryVolumesDoors {
  readonly engine: Engine
  readonly owner: string
  /** Of a program that waits. */
  readonly pauseImage: string
  readonly nameOf: (what: string) => string
  readonly onWarning: (message: string) => void
}

/** A mount whose source the engine makes when it is missing. */
export interface MadeMount extends Mount {
  readonly isMade?: boolean
}

/**
 * Directories that containers find in memory: each stands for a volume of the engine, a tmpfs, and for a container that does
 * nothing but use it, as the engine empties a volume in memory that no container uses.
 */
export class MemoryVolumes {
  readonly #doors: MemoryVolumesDoors
  readonly #volumes = new Map<string, MemoryVolume>()
  #hasTold = false

  constructor(doors: MemoryVolumesDoors) {
    this.#doors = doors
  }

  /** False where the engine refuses, which is told once. */
  async mount(directory: string, sizeBytes: number | undefined): Promise<boolean> {
    if (this.#volumes.has(directory)) return true
    const { engine, owner, nameOf, onWarning } = this.#doors
    const name = nameOf('memory')
    const options = ['mode=1777', ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`])]
    try {
      const made = await engine.call('POST', '/volumes/create', {
        Name: name,
        Driver: 'local',
        DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: options.join(',') },
        Labels: { [OWNER_LABEL]: owner },
      })
      const place = textOf(fieldsOf(made)['Mountpoint'])
      this.#volumes.set(directory, { name, place, keeperId: await this.#keep(name) })
      return true
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      await removeOrTell(engine, `/volumes/${name}?force=1`, onWarning)
      if (!this.#hasTold) onWarning(`volumes in memory are on the disk: ${error.message}`)
      this.#hasTold = true
      return false
    }
  }

  /** The same mounts, from where the engine has what is in memory; `onUse` is told its directory. */
  translate(mounts: readonly Mount[], onUse: (directory: string) => void): readonly MadeMount[] {
    return mounts.map((mount) => {
      for (const [directory, { place }] of this.#volumes) {
        const isWhole = mount.source === directory
        if (!isWhole && !mount.source.startsWith(`${directory}/`)) continue
        onUse(directory)
        const source = place + mount.source.slice(directory.length)
        return { ...mount, source, isMade: !isWhole }
      }
      return mount
    })
  }

  async remove(directories: Iterable<string>): Promise<void> {
    const { engine, onWarning } = this.#doors
    for (const directory of directories) {
      const volume = this.#volumes.get(directory)
      if (volume === undefined) continue
      this.#volumes.delete(directory)
      await removeOrTell(engine, `/containers/${volume.keeperId}?force=1`, onWarning)
      await removeOrTell(engine, `/volumes/${volume.name}?force=1`, onWarning)
    }
  }

  removeAll(): Promise<void> {
    return this.remove([...this.#volumes.keys()])
  }

  async #keep(name: string): Promise<string> {
    const { engine, owner, pauseImage, nameOf } = this.#doors
    const made = await engine.call('POST', `/containers/create?name=${nameOf('keeper')}`, {
      Image: pauseImage,
      Labels: { [OWNER_LABEL]: owner },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{ Type: 'volume', Source: name, Target: '/memory' }],
        LogConfig: { Type: 'none', Config: {} },
      },
    })
    const id = textOf(fieldsOf(made)['Id'])
    try {
      await engine.call('POST', `/containers/${id}/start`)
      return id
    } catch (error) {
      await engine.callIfThere('DELETE', `/containers/${id}?force=1`)
      throw error
    }
  }
}
