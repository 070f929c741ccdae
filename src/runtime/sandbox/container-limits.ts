import type { Files } from '../../world/files.ts'
import type { Processes } from '../../world/processes.ts'
import type { ContainerConfig } from '../runtime.ts'
import { cgroupSettings, type Cgroups, type CgroupSettings } from './limits.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'

const TIMEOUT_MS = 10_000

/** The cgroups that hold a container to its limits, from before its start to after its end. */
export class ContainerLimits {
  readonly #doors: { readonly files: Files; readonly processes: Processes }
  readonly settings: CgroupSettings

  constructor(
    doors: { readonly files: Files; readonly processes: Processes },
    settings: CgroupSettings,
  ) {
    this.#doors = doors
    this.settings = settings
  }

  /** Undefined for a container without limits. A limit that cannot be set is told, and the container runs without. */
  static async make(
    doors: { readonly files: Files; readonly processes: Processes },
    cgroups: Cgroups,
    { id, limits }: ContainerConfig,
    onUnenforced: (what: string) => void,
  ): Promise<ContainerLimits | undefined> {
    if (limits === undefined) return undefined
    const settings = cgroupSettings(cgroups, id.replaceAll('/', '_'), limits)
    for (const name of settings.unenforced) onUnenforced(name)
    try {
      for (const directory of settings.directories) await doors.files.makeDirectory(directory)
      for (const [file, value] of settings.settings) await doors.files.writeText(file, value)
    } catch (error) {
      onUnenforced(error instanceof Error ? error.message : String(error))
      return undefined
    }
    return settings.directories.length === 0 ? undefined : new ContainerLimits(doors, settings)
  }

  /** A process that writes itself into them is held by the limits. */
  get processFiles(): readonly string[] {
    return this.settings.directories.map((directory) => `${directory}/cgroup.procs`)
  }

  /** Whether the kernel has ended any of its processes because they needed more than the limit. */
  async isOutOfMemory(): Promise<boolean> {
    const { memoryEvents } = this.settings
    if (memoryEvents === undefined) return false
    try {
      const text = await this.#doors.files.readText(memoryEvents)
      return /^oom_kill [1-9]/m.test(text)
    } catch {
      return false
    }
  }

  /** When nothing runs in them any more. */
  async remove(): Promise<void> {
    await this.#doors.processes.run(['rmdir', ...this.settings.directories], {
      timeoutMs: TIMEOUT_MS,
      env: SCRIPT_ENVIRONMENT,
    })
  }
}
