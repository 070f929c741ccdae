import { HitlessError } from '../../base/error.ts'
import { throwLater } from '../../base/throw-later.ts'
import type { ImageMapping } from '../../manifest/settings.ts'
import type { ImageConfig } from '../../runtime/runtime.ts'
import type { Clock, Timer } from '../../world/clock.ts'
import type { MachineInput } from './machine-input.ts'
import { openImages } from './open-images.ts'
import { printError } from '../print-error.ts'

/** How often hitless.yaml is looked at. */
const LOOK_MS = 2_000

export interface LiveImagesOptions {
  readonly world: Parameters<typeof openImages>[0] & { readonly clock: Clock }
  readonly first: readonly ImageMapping[]
  readonly again: SettingsAgain
}

export interface SettingsAgain {
  /** What hitless.yaml says now. Rejects with HitlessError where it cannot be used: what it said before counts then. */
  readonly read: () => Promise<MachineInput>
  /** Containers that start from now on may run otherwise. */
  readonly onChange: (machine: MachineInput) => Promise<void>
}

/** What images stand for, as hitless.yaml says it: one that is changed while a node runs counts from the next start of a container. */
export async function liveImages({ world, first, again }: LiveImagesOptions) {
  let known = JSON.stringify(first)
  let current = await openImages(world, first)
  let told = ''
  let stopped = false
  let timer: Timer | undefined
  const look = async () => {
    try {
      const machine = await again.read()
      const mappings = machine.settings.images
      const text = JSON.stringify(mappings)
      const isKnown = text === known
      const opened = isKnown ? current : await openImages(world, mappings)
      told = ''
      if (isKnown) return
      known = text
      current = opened
      await again.onChange(machine)
    } catch (error) {
      if (!(error instanceof HitlessError)) throw error
      const text = `${error.message} ${JSON.stringify(error.findings)}`
      if (text !== told) printError(error)
      told = text
    }
  }
  const schedule = () => {
    if (stopped) return
    timer = world.clock.after(LOOK_MS, () => {
      working = look().then(schedule, throwLater)
    })
  }
  let working = Promise.resolve()
  schedule()
  return {
    images: (image: string): ImageConfig | undefined => current(image),
    async stop() {
      stopped = true
      timer?.cancel()
      await working
    },
  }
}
