import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import type { Clock } from '../../world/clock.ts'
import { signalNamed } from '../process/signals.ts'
import {
  ImagePullError,
  type ImageConfig,
  type PreparedImage,
  type PrepareImageOptions,
} from '../runtime.ts'
import { EngineError, type Engine } from './engine.ts'

const NS_PER_MS = 1_000_000

/** How long after a registry did not give an image it is not asked for that one again, where the image is there. */
const PAUSE_NS = 60_000 * NS_PER_MS

interface ImagesDoors {
  readonly engine: Engine
  readonly clock: Clock
  readonly onWarning: (message: string) => void
}

/** The images of an engine. */
export class Images {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #onWarning: (message: string) => void
  readonly #known = new Map<string, ImageConfig>()
  /** Several containers that want one image wait for the same pull. */
  readonly #pulls = new Map<string, Promise<PreparedImage>>()
  /** By image, when its registry did not give it. */
  readonly #refusedAt = new Map<string, number>()

  constructor({ engine, clock, onWarning }: ImagesDoors) {
    this.#engine = engine
    this.#clock = clock
    this.#onWarning = onWarning
  }

  resolve(image: string): ImageConfig | undefined {
    return this.#known.get(image)
  }

  /** Rejects with ImagePullError. */
  async prepare(image: string, options: PrepareImageOptions): Promise<PreparedImage> {
    const { mayPull, isPulledAgain = false, onPulling } = options
    const found = await this.#inspect(image)
    if (found !== undefined) {
      return isPulledAgain && this.#isToBeAsked(image, found)
        ? this.#pullAgain(image, onPulling)
        : { kind: 'present' }
    }
    this.#known.delete(image)
    if (!mayPull) throw new ImagePullError(`image "${image}" is not there`)
    onPulling()
    return this.#pullOnce(image)
  }

  /** Not for one that was built here: what a registry has under that name is something else. */
  #isToBeAsked(image: string, { RepoDigests: digests }: Fields): boolean {
    if (!Array.isArray(digests) || digests.length === 0) return false
    const refusedAt = this.#refusedAt.get(image)
    return refusedAt === undefined || this.#clock.monotonicNs() - refusedAt > PAUSE_NS
  }

  /** Engines may have digests for what was built here too, so that a refusal has to leave it. */
  async #pullAgain(image: string, onPulling: () => void): Promise<PreparedImage> {
    onPulling()
    try {
      const pulled = await this.#pullOnce(image)
      this.#refusedAt.delete(image)
      return pulled
    } catch (error) {
      if (!(error instanceof ImagePullError)) throw error
      if (!this.#refusedAt.has(image)) {
        const taken = 'it is taken as it is in Docker'
        this.#onWarning(`image "${image}" could not be pulled again: ${taken} (${error.message})`)
      }
      this.#refusedAt.set(image, this.#clock.monotonicNs())
      return { kind: 'present' }
    }
  }

  #pullOnce(image: string): Promise<PreparedImage> {
    const under = this.#pulls.get(image)
    if (under !== undefined) return under
    const pull = this.#pull(image).finally(() => this.#pulls.delete(image))
    this.#pulls.set(image, pull)
    return pull
  }

  async #pull(image: string): Promise<PreparedImage> {
    const startedAt = this.#clock.monotonicNs()
    const { name, tag } = splitReference(image)
    const query = `fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`
    let failure: string | undefined
    await new Promise<void>((resolve) => {
      this.#engine.stream('POST', `/images/create?${query}`, {
        onLine: (line) => (failure ??= failureIn(line)),
        onEnd(error) {
          failure ??= error?.message
          resolve()
        },
      })
    })
    if (failure !== undefined) throw new ImagePullError(failure)
    const found = await this.#inspect(image)
    if (found === undefined)
      throw new ImagePullError(`image "${image}" is not there after its pull`)
    const tookMs = (this.#clock.monotonicNs() - startedAt) / NS_PER_MS
    const { Size: size } = found
    return { kind: 'pulled', tookMs, sizeBytes: typeof size === 'number' ? size : 0 }
  }

  async #inspect(image: string): Promise<Fields | undefined> {
    try {
      const found = fieldsOf(await this.#engine.call('GET', `/images/${encodeImage(image)}/json`))
      this.#known.set(image, configOf(fieldsOf(found['Config'])))
      return found
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined
      throw new ImagePullError(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Newer engines may tell it in `errorDetail` alone. */
function failureIn({ error, errorDetail: detail }: Fields): string | undefined {
  if (error === undefined && detail === undefined) return undefined
  return textOf(error ?? fieldsOf(detail)['message'])
}

/** `registry:5000/app@sha256:…` or `registry:5000/app:v1`; without either, the tag is `latest`. */
export function splitReference(image: string): { readonly name: string; readonly tag: string } {
  const [name = '', digest] = image.split('@')
  if (digest !== undefined) return { name: name.replace(/:[^/:]*$/, ''), tag: digest }
  const [, bare = image, tag = 'latest'] = /^(.*):([^/:]+)$/.exec(image) ?? []
  return { name: bare, tag }
}

function configOf(config: Fields): ImageConfig {
  const stopSignal = signalNamed(textOf(config['StopSignal']))
  const user = textOf(config['User'])
  const workingDir = textOf(config['WorkingDir'])
  return {
    command: textsOf(config['Entrypoint']),
    defaultArgs: textsOf(config['Cmd']),
    env: Object.fromEntries(
      textsOf(config['Env']).map((variable) => {
        const equals = variable.indexOf('=')
        return [variable.slice(0, equals), variable.slice(equals + 1)]
      }),
    ),
    workingDir: workingDir === '' ? '/' : workingDir,
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(user === '' ? {} : { user }),
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : []
}

/** Slashes are the path's. */
function encodeImage(image: string): string {
  return image.split('/').map(encodeURIComponent).join('/')
}
