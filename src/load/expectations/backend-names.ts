import { type Shard, WHOLE } from '../schedules/shard.ts'

/** The ledger has two bytes for who answered. */
const INDEX_MAX = 65_535
const NAME_LENGTH_MAX = 256
/** All that come when there is no number left. */
const OTHER = 'other'

/**
 * Numbers those who answer, from 1. Generators that share a plan name them each for itself: the i-th name of
 * the generator s of n has the number (i - 1) × n + s + 1, which no other generator's has.
 */
export class BackendNames {
  readonly #shard: Shard
  readonly #max: number
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  constructor(shard: Shard = WHOLE, indexMax = INDEX_MAX) {
    this.#shard = shard
    this.#max = Math.floor((indexMax - shard.index - 1) / shard.of) + 1
  }

  /** In the order in which they first answered. */
  get names(): readonly string[] {
    return this.#names
  }

  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const short = name.slice(0, NAME_LENGTH_MAX)
    if (short !== name) return this.numberOf(short)
    if (this.#names.length < this.#max - 1) return this.#add(name)
    return this.#numbers.get(OTHER) ?? this.#add(OTHER)
  }

  #add(name: string): number {
    const { index, of } = this.#shard
    const number = this.#names.length * of + index + 1
    this.#names.push(name)
    this.#numbers.set(name, number)
    return number
  }
}

/** The names of several generators in the order of their numbers; empty where a number belongs to nobody. */
export function interleaveNames(generators: readonly (readonly string[])[]): readonly string[] {
  const rounds = Math.max(0, ...generators.map((names) => names.length))
  return Array.from({ length: rounds * generators.length }, (_, at) => {
    const generator = generators[at % generators.length]
    return generator?.[Math.floor(at / generators.length)] ?? ''
  })
}
