import type { Files } from '../../world/files.ts'
import type { Processes } from '../../world/processes.ts'
import type { ContainerConfig, LimitedResource } from '../runtime.ts'
import { cgroupSettings, type Cgroups, type CgroupSettings, type EnforcedLimit } from './limits.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'

const TIMEOUT_MS = 10_000

const NO_CGROUP = 'no cgroup can be made'

interface MadeLimits {
  readonly limits?: ContainerLimits
  readonly unenforced: readonly { readonly resource: LimitedResource; readonly reason: string }[]
}

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

  /** A limit that cannot be set is told, and the container runs without it. `limits` is absent where there is none. */
  static async make(
    doors: { readonly files: Files; readonly processes: Processes },
    cgroups: Cgroups,
    { id, limits = {} }: ContainerConfig,
  ): Promise<MadeLimits> {
    const wanted = cgroupSettings(cgroups, id.replaceAll('/', '_'), limits)
    const unenforced = wanted.unenforced.map((resource) => ({ resource, reason: NO_CGROUP }))
    const enforced: EnforcedLimit[] = []
    for (const limit of wanted.limits) {
      const reason = await setLimit(doors.files, limit)
      if (reason === undefined) enforced.push(limit)
      else unenforced.push({ resource: limit.resource, reason })
    }
    if (wanted.limits.length === 0) return { unenforced }
    const made = new ContainerLimits(doors, { ...wanted, limits: enforced })
    if (enforced.length > 0) return { limits: made, unenforced }
    await new ContainerLimits(doors, wanted).remove()
    return { unenforced }
  }

  /** A process that writes itself into them is held by the limits. */
  get processFiles(): readonly string[] {
    return this.#directories.map((directory) => `${directory}/cgroup.procs`)
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
    if (this.#directories.length === 0) return
    await this.#doors.processes.run(['rmdir', ...this.#directories], {
      timeoutMs: TIMEOUT_MS,
      env: SCRIPT_ENVIRONMENT,
    })
  }

  /** In version 2 all limits are set in one. */
  get #directories(): readonly string[] {
    return [...new Set(this.settings.limits.map(({ directory }) => directory))]
  }
}

/** Why the kernel refused. */
async function setLimit(
  files: Files,
  { directory, settings }: EnforcedLimit,
): Promise<string | undefined> {
  try {
    await files.makeDirectory(directory)
    for (const { file, value, isOptional = false } of settings) {
      const written = files.writeText(file, value)
      await (isOptional ? written.catch(() => undefined) : written)
    }
    return undefined
  } catch (error) {
    // Without the path, which is another one for each container: it is told once.
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `the kernel refuses it (${code})`
  }
}
