import { type Random, randomInteger } from '../world/random.ts'

const CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const LENGTH = 6

/** A short name for a run, which people can read out: a thousand million of them. */
export function newRunId(random: Random): string {
  return Array.from(
    { length: LENGTH },
    () => CHARACTERS[randomInteger(random, CHARACTERS.length)],
  ).join('')
}
