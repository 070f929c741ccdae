/** What another engine than V8's usual one has no words for: characters beyond U+FFFF, and properties of characters. */
const UNICODE_ONLY = /\\[pP]|\\u\{|[\ud800-\udfff]/
/** Half of a character beyond U+FFFF, which only `u` takes for one with its other half. */
const HALF = /[\ud800-\udfff]/

/**
 * A regular expression with JavaScript's flag `u`. Where neither it nor the text has anything that the flag changes, it is tried
 * without: of these, V8 can bound the time that one with repetitions in repetitions needs, such as `(a+)+`.
 */
export class BodyPattern {
  readonly #unicode: RegExp
  readonly #plain: RegExp | undefined

  /** Throws SyntaxError for what is none. */
  constructor(source: string) {
    this.#unicode = new RegExp(source, 'u')
    this.#plain = UNICODE_ONLY.test(source) ? undefined : new RegExp(source)
  }

  exec(text: string): RegExpExecArray | null {
    const pattern = this.#plain === undefined || HALF.test(text) ? this.#unicode : this.#plain
    return pattern.exec(text)
  }

  test(text: string): boolean {
    return this.exec(text) !== null
  }
}
