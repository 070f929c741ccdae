import { HitlessError } from '../../base/error.ts'
import type { PodAddresses } from '../process/pod-addresses.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import type { ContainerWorld } from './container.ts'
import { NETNS_DIRECTORY, podNetworkBatch, removePodsBatch } from './network-commands.ts'
import { COMMAND_TIMEOUT_MS } from './node-setup.ts'

/** The network namespaces of pods. */
export class PodNetworks {
  readonly #world: ContainerWorld
  readonly #addresses: PodAddresses

  constructor(world: ContainerWorld, addresses: PodAddresses) {
    this.#world = world
    this.#addresses = addresses
  }

  async create(netns: string, link: string, ip: string): Promise<void> {
    const { files, tools } = this.#world
    const file = `${NETNS_DIRECTORY}/${netns}`
    await files.writeText(file, '')
    await this.#run(
      [tools.unshare, `--net=${file}`, tools.ip, '-batch', '-'],
      podNetworkBatch(link, ip, this.#addresses),
    )
  }

  /** One that could not be made whole needs no removal, but may be half there. */
  async remove(
    netnsNames: readonly string[],
    { isWhole }: { readonly isWhole: boolean },
  ): Promise<void> {
    const { ip } = this.#world.tools
    const command = [ip, ...(isWhole ? [] : ['-force']), '-batch', '-']
    await this.#run(command, removePodsBatch(netnsNames), isWhole)
  }

  /** The others are of pods that were half made, or half removed. */
  async removeAllBut(known: readonly string[]): Promise<void> {
    const there = await this.#world.files.list(NETNS_DIRECTORY)
    const unknown = there.map(({ name }) => name).filter((name) => !known.includes(name))
    if (unknown.length > 0) await this.remove(unknown, { isWhole: false })
  }

  async #run(command: readonly string[], batch: string, mustSucceed = true): Promise<void> {
    const result = await this.#world.processes.run(command, {
      timeoutMs: COMMAND_TIMEOUT_MS,
      input: batch,
      env: SCRIPT_ENVIRONMENT,
    })
    if (result.exitCode === 0 || !mustSucceed) return
    throw new HitlessError('sandbox-network', `a pod's network failed: ${result.stderr.trim()}`, {
      exitCode: 3,
      hint: 'Report it with the output of `ip link`: hitless makes all of that network itself.',
    })
  }
}
