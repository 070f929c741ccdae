import { invariant } from '../../../base/invariant.ts'

export const SELECTED_HEADERS_MAX = 8

/**
 * The values of a few headers of the answer read last, for instance the one that says which pod has
 * answered. A server repeats itself: the text of a value is made anew only when its bytes change.
 */
export class SelectedHeaders {
  readonly #names: readonly Uint8Array[]
  /** By index of the name; undefined where the answer has no such header. */
  readonly #values: (string | undefined)[]
  /** What each header said last, in whichever answer. */
  readonly #latest: string[]

  /** `names` in lower case. */
  constructor(names: readonly string[]) {
    invariant(names.length <= SELECTED_HEADERS_MAX, 'no more headers are selected than can be kept')
    invariant(
      names.every((name) => /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)),
      'selected headers are named in lower case',
    )
    this.#names = names.map((name) => Uint8Array.from(name, (letter) => letter.charCodeAt(0)))
    this.#values = names.map(() => undefined)
    this.#latest = names.map(() => '')
  }

  /** One character per byte; the values of repeated lines joined as RFC 9110, section 5.3, has it. */
  value(index: number): string | undefined {
    return this.#values[index]
  }

  clear(): void {
    for (let index = 0; index < this.#values.length; index++) this.#values[index] = undefined
  }

  /** One header line of the answer: its name in [nameStart, nameEnd), its value in [start, end). */
  read(
    bytes: Uint8Array,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    for (let index = 0; index < this.#names.length; index++) {
      const name = this.#names[index]!
      if (name.length !== nameEnd - nameStart || !isNamed(bytes, nameStart, name)) continue
      const value = this.#textOf(index, bytes, valueStart, valueEnd)
      const earlier = this.#values[index]
      this.#values[index] = earlier === undefined ? value : `${earlier}, ${value}`
    }
  }

  #textOf(index: number, bytes: Uint8Array, valueStart: number, valueEnd: number): string {
    let start = valueStart
    let end = valueEnd
    while (start < end && isBlank(bytes[start]!)) start++
    while (end > start && isBlank(bytes[end - 1]!)) end--
    const latest = this.#latest[index]!
    if (isText(bytes, start, end, latest)) return latest
    let text = ''
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
    this.#latest[index] = text
    return text
  }
}

/** Only letters have two cases: other bytes have to be the same ones. */
function isNamed(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[start + index]!
    const lower = byte >= 65 && byte <= 90 ? byte + 32 : byte
    if (lower !== name[index]) return false
  }
  return true
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false
  for (let at = start; at < end; at++) {
    if (bytes[at] !== text.charCodeAt(at - start)) return false
  }
  return true
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9
}
