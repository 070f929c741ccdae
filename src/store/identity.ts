import { randomInteger, type Random } from '../world/random.ts'

/** Characters that spell no words and are not mistaken for one another (apimachinery, util/rand). */
const SAFE_CHARACTERS = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX_LENGTH = 5
/** Room for the suffix in a DNS label of 63. */
const BASE_LENGTH_MAX = 58

/** `base` and five random characters: the name of an object that has only a generateName. */
export function generateName(base: string, random: Random): string {
  let suffix = ''
  for (let index = 0; index < SUFFIX_LENGTH; index++) {
    suffix += SAFE_CHARACTERS.charAt(randomInteger(random, SAFE_CHARACTERS.length))
  }
  return base.slice(0, BASE_LENGTH_MAX) + suffix
}

/** A version 4 UUID (RFC 9562 §5.4). */
export function newUid(random: Random): string {
  const bytes = Array.from({ length: 16 }, () => randomInteger(random, 256))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
