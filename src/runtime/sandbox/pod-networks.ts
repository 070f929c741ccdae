import { HitlessError } from '../../base/error.ts'
import type { PodNetwork } from '../process/pod-addresses.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import type { ContainerWorld } from './container.ts'
import { podAddressBatch, podLinkBatch, removePodsBatch } from './network-commands.ts'
import { COMMAND_TIMEOUT_MS } from './node-setup.ts'

/** The network namespaces of pods. */
export class PodNetworks {
  readonly #world: ContainerWorld
  readonly #network: PodNetwork

  constructor(world: ContainerWorld, network: PodNetwork) {
    this.#world = world
    this.#network = network
  }

  async create(netns: string, link: string, ip: string): Promise<void> {
    await this.#ip([], podLinkBatch(netns, link))
    await this.#ip(['-n', netns], podAddressBatch(ip, this.#network))
  }

  /** One that could not be made whole needs no removal, but may be half there. */
  async remove(
    netnsNames: readonly string[],
    { isWhole }: { readonly isWhole: boolean },
  ): Promise<void> {
    await this.#ip(isWhole ? [] : ['-force'], removePodsBatch(netnsNames), isWhole)
  }

  /** The others are of pods that were half made, or half removed. */
  async removeAllBut(known: readonly string[]): Promise<void> {
    const there = await this.#world.files.list('/run/netns')
    const unknown = there.map(({ name }) => name).filter((name) => !known.includes(name))
    if (unknown.length > 0) await this.remove(unknown, { isWhole: false })
  }

  async #ip(options: readonly string[], batch: string, mustSucceed = true): Promise<void> {
    const { processes, tools } = this.#world
    const result = await processes.run([tools.ip, ...options, '-batch', '-'], {
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
