import { parseJson } from '../../base/parse-json.ts'
import type { Files } from '../../world/files.ts'
import type { OutputPaths } from '../../world/processes.ts'
import type { HalfLines } from '../process/half-lines.ts'
import type { ContainerConfig, ContainerExit, SandboxConfig } from '../runtime.ts'
import type { Abilities } from './abilities.ts'
import type { ContainerPlace } from './container-commands.ts'
import type { ShellFiles } from './kept-shell.ts'
import type { CgroupSettings } from './limits.ts'

export interface PodRecord {
  readonly config: SandboxConfig
  /** Of its network namespace and its cable. */
  readonly number: number
  readonly address: number
  readonly pause?: { readonly processId: number; readonly outputPaths: OutputPaths }
}

export interface StartRecord {
  readonly config: ContainerConfig
  readonly place: ContainerPlace
  readonly limits?: CgroupSettings
  readonly outputPaths: OutputPaths
  readonly startedMs: number
}

export type SignalRecord = { readonly signal: string; readonly atMs: number }

/** What is known of a container that an earlier run has started. */
export interface KeptContainer {
  readonly start: StartRecord
  /** Undefined: its program has not been executed, yet or at all. */
  readonly processId: number | undefined
  readonly signalled: SignalRecord | undefined
  /** Read by an earlier run, and in no file of its log yet. */
  readonly halfLines: HalfLines | undefined
  /** An earlier run has seen its end. */
  readonly end: ContainerExit | undefined
}

/**
 * What the next run has to know of pods that outlive this one: small files in the private /run of the namespaces that
 * the pods live in. They end with what they tell of, so that none ever tells of something that is not there.
 */
export class Records {
  readonly #files: Files
  readonly #directory: string

  constructor(files: Files, directory: string) {
    this.#files = files
    this.#directory = directory
  }

  readAbilities(): Promise<Abilities | undefined> {
    return this.#read<Abilities>(`${this.#directory}/abilities`)
  }

  writeAbilities(abilities: Abilities): Promise<void> {
    return this.#write(`${this.#directory}/abilities`, abilities)
  }

  async readPods(): Promise<readonly PodRecord[]> {
    const pods: PodRecord[] = []
    for (const { name } of await this.#files.list(this.#directory)) {
      const pod = await this.#read<PodRecord>(`${this.#directory}/${name}/pod`)
      if (pod !== undefined) pods.push(pod)
    }
    return pods
  }

  /** Before anything of it runs; returns where its pause process tells its number. */
  async beginPod(id: string): Promise<string> {
    const directory = this.#podDirectory(id)
    await this.#files.makeDirectory(directory)
    return `${directory}/pause`
  }

  /** Forgets pods that an earlier run was making; returns processes that it has started for them. */
  async dropBegun(): Promise<readonly number[]> {
    const processIds: number[] = []
    for (const { name, isDirectory } of await this.#files.list(this.#directory)) {
      const directory = `${this.#directory}/${name}`
      if (!isDirectory || (await this.#text(`${directory}/pod`)) !== undefined) continue
      const processId = Number((await this.#text(`${directory}/pause`)) ?? 0)
      if (processId > 1) processIds.push(processId)
      await this.#files.remove(directory)
    }
    return processIds
  }

  writePod(record: PodRecord): Promise<void> {
    return this.#write(`${this.#podDirectory(record.config.id)}/pod`, record)
  }

  removePod(id: string): Promise<void> {
    return this.#files.remove(this.#podDirectory(id))
  }

  async readContainers(podId: string): Promise<readonly KeptContainer[]> {
    const directory = this.#podDirectory(podId)
    const containers: KeptContainer[] = []
    for (const { name, isDirectory } of await this.#files.list(directory)) {
      if (!isDirectory) continue
      const start = await this.#read<StartRecord>(`${directory}/${name}/start`)
      if (start === undefined) continue
      containers.push({
        start,
        processId: await this.readProcessId(start.config),
        signalled: await this.#read<SignalRecord>(`${directory}/${name}/signal`),
        halfLines: await this.#readHalfLines(start.config),
        end: await this.#read<ContainerExit>(`${directory}/${name}/end`),
      })
    }
    return containers
  }

  /** Before its shell starts. What was known of the container's earlier start goes. */
  async writeStart(record: StartRecord): Promise<ShellFiles> {
    const directory = this.#containerDirectory(record.config)
    await this.#files.remove(directory)
    await this.#write(`${directory}/start`, record)
    return { started: `${directory}/started`, exit: `${directory}/exit` }
  }

  /** Of one that could not be started. */
  removeStart(config: ContainerConfig): Promise<void> {
    return this.#files.remove(this.#containerDirectory(config))
  }

  async readProcessId(config: ContainerConfig): Promise<number | undefined> {
    const text = await this.#text(`${this.#containerDirectory(config)}/started`)
    const match = /^(\d+)\n/.exec(text ?? '')
    return match === null ? undefined : Number(match[1])
  }

  /** As its shell wrote it: undefined where that was ended from outside. `ago` in milliseconds. */
  async readExit(
    config: ContainerConfig,
  ): Promise<{ readonly exitCode: number; readonly agoMs: number } | undefined> {
    const text = await this.#text(`${this.#containerDirectory(config)}/exit`)
    const match = /^(\d+) ([\d.]+)\n/.exec(text ?? '')
    if (match === null) return undefined
    const uptime = Number.parseFloat((await this.#text('/proc/uptime')) ?? '0')
    const agoMs = Math.max(0, (uptime - Number(match[2])) * 1_000)
    return { exitCode: Number(match[1]), agoMs }
  }

  writeSignal(config: ContainerConfig, record: SignalRecord): Promise<void> {
    return this.#write(`${this.#containerDirectory(config)}/signal`, record)
  }

  writeHalfLines(config: ContainerConfig, lines: HalfLines): Promise<void> {
    return this.#write(`${this.#containerDirectory(config)}/half-lines`, lines)
  }

  writeEnd(config: ContainerConfig, exit: ContainerExit): Promise<void> {
    return this.#write(`${this.#containerDirectory(config)}/end`, exit)
  }

  /** A container's name: there is one of it at a time, and the newest is what counts. */
  #containerDirectory({ sandboxId, name }: ContainerConfig): string {
    return `${this.#podDirectory(sandboxId)}/${encodeURIComponent(name)}`
  }

  #podDirectory(id: string): string {
    return `${this.#directory}/${encodeURIComponent(id)}`
  }

  async #readHalfLines(config: ContainerConfig): Promise<HalfLines | undefined> {
    const path = `${this.#containerDirectory(config)}/half-lines`
    const lines = await this.#read<HalfLines>(path)
    const logBytes = await this.#files.sizeOf(config.logPath).catch(() => -1)
    return lines?.logBytes === logBytes ? lines : undefined
  }

  async #text(path: string): Promise<string | undefined> {
    return this.#files.readText(path).catch(() => undefined)
  }

  /** What is there was written by this class, whole or not at all. */
  async #read<T>(path: string): Promise<T | undefined> {
    const text = await this.#text(path)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return text === undefined ? undefined : (parseJson(text) as T | undefined)
  }

  async #write(path: string, value: unknown): Promise<void> {
    const draft = `${path}.new`
    await this.#files.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    await this.#files.writeText(draft, JSON.stringify(value))
    await this.#files.rename(draft, path)
  }
}
