/** Where a message has the number that it is in its session. */
const MARK = '{{n}}'
/** What is sent when nothing is said. */
const TEXT_DEFAULT = `hitless ${MARK}`

/** A message that is sent again and again, each time with the next number. */
export class NumberedMessage {
  readonly hasNumber: boolean
  readonly #text: string
  readonly #before: string

  constructor(text = TEXT_DEFAULT) {
    this.#text = text
    this.hasNumber = text.includes(MARK)
    this.#before = text.slice(0, text.indexOf(MARK))
  }

  textOf(number: number): string {
    return this.#text.replaceAll(MARK, `${number}`)
  }

  /** The number of a message that came back as it was sent; undefined of any other text. */
  numberOfEcho(text: string): number | undefined {
    if (!text.startsWith(this.#before)) return undefined
    const number = numberIn(text.slice(this.#before.length, this.#before.length + DIGITS_MAX))
    return number !== undefined && this.textOf(number) === text ? number : undefined
  }
}

/** More digits than any number has that is counted with. */
const DIGITS_MAX = 16

/** The first number in a text, if it can be counted with. */
export function numberIn(text: string): number | undefined {
  const digits = /\d+/.exec(text)?.[0]
  return digits === undefined || digits.length >= DIGITS_MAX ? undefined : Number(digits)
}
