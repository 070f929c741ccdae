/** The door to chance. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
}

/** A whole number, uniform in [0, bound). */
export function randomInteger(random: Random, bound: number): number {
  return Math.floor(random.next() * bound)
}

/** A number, uniform in [low, high). */
export function randomBetween(random: Random, low: number, high: number): number {
  return low + random.next() * (high - low)
}

/** One element; undefined of an empty array. */
export function randomElement<T>(random: Random, elements: readonly T[]): T | undefined {
  return elements[randomInteger(random, elements.length)]
}

/**
 * The same numbers for the same seed, on every machine: sfc32 (Chris Doty-Humphrey, PractRand),
 * a small generator that passes the usual statistical batteries. Not for secrets.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed
  let b = 0x243f6a88
  let c = 0xb7e15162
  let counter = 1
  const nextUint32 = () => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  for (let round = 0; round < 15; round++) nextUint32()
  return { next: () => nextUint32() / 0x1_0000_0000 }
}
