import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import type { Clock } from '../../world/clock.ts'
import { signalNamed } from '../process/signals.ts'
import { ImagePullError, type ImageConfig, type PreparedImage } from '../runtime.ts'
import { EngineError, type Engine } from './engine.ts'

const NS_PER_MS = 1_000_000

/** The images of an engine. Those that are there are taken as they are, whatever a registry has by now. */
export class Images {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #known = new Map<string, ImageConfig>()
  /** Several containers that want one image wait for the same pull. */
  readonly #pulls = new Map<string, Promise<PreparedImage>>()

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
  }

  resolve(image: string): ImageConfig | undefined {
    return this.#known.get(image)
  }

  /** Rejects with ImagePullError. */
  async prepare(
    image: string,
    { mayPull, onPulling }: { readonly mayPull: boolean; readonly onPulling: () => void },
  ): Promise<PreparedImage> {
    if ((await this.#inspect(image)) !== undefined) return { kind: 'present' }
    this.#known.delete(image)
    if (!mayPull) throw new ImagePullError(`image "${image}" is not there`)
    onPulling()
    const pull = this.#pulls.get(image) ?? this.#pullOnce(image)
    return pull
  }

  #pullOnce(image: string): Promise<PreparedImage> {
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
