import { fieldsOf, type Fields } from '../../base/fields.ts'
import { parseJson } from '../../base/parse-json.ts'

/** An event with the labels of its container, or a step of a pull, has a few thousand characters. */
const LENGTH_MAX = 1024 * 1024

/** Lines of JSON in a text that comes in parts. One that is longer than anything the engine says is left out. */
export class JsonLines {
  readonly #onLine: (line: Fields) => void
  readonly #lengthMax: number
  #rest = ''
  #isTooLong = false

  constructor(onLine: (line: Fields) => void, lengthMax = LENGTH_MAX) {
    this.#onLine = onLine
    this.#lengthMax = lengthMax
  }

  add(text: string): void {
    const [first = '', ...others] = text.split('\n')
    this.#extend(first)
    for (const line of others) {
      if (!this.#isTooLong && this.#rest.trim() !== '')
        this.#onLine(fieldsOf(parseJson(this.#rest)))
      this.#rest = ''
      this.#isTooLong = false
      this.#extend(line)
    }
  }

  #extend(text: string): void {
    this.#isTooLong ||= this.#rest.length + text.length > this.#lengthMax
    this.#rest = this.#isTooLong ? '' : this.#rest + text
  }
}
