import { badFlag } from '../../flag-values.ts'

/** Characters that end a word or a command where they are not quoted. */
const OPERATORS = '|&;<>()'
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  v: '\v',
}

/**
 * The words of one simple command, quoted as in a POSIX shell (section 2.2 of its Shell Command Language) and
 * with bash's `$'…'`, which browsers write. Nothing is expanded: what a shell would expand or run is refused.
 */
export function shellWords(text: string): readonly string[] {
  return new ShellReader(text).words()
}

class ShellReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  words(): readonly string[] {
    const words: string[] = []
    for (;;) {
      this.#skipBlanks()
      if (this.#at >= this.#text.length) return words
      words.push(this.#word())
    }
  }

  #skipBlanks(): void {
    for (;;) {
      const rest = this.#text.slice(this.#at, this.#at + 3)
      const blank = /^(?:\s|\\\r?\n)/.exec(rest)?.[0]
      if (blank !== undefined) this.#at += blank.length
      else if (rest.startsWith('#')) this.#at = this.#endOfLine()
      else return
    }
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at)
    return end === -1 ? this.#text.length : end
  }

  #word(): string {
    let word = ''
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!
      if (/\s/.test(character)) break
      if (OPERATORS.includes(character)) {
        throw refused(
          `a ${character} without quotes`,
          'one command, with URLs and bodies in quotes',
        )
      }
      this.#at++
      if (character === "'") word += this.#upTo("'")
      else if (character === '"') word += this.#doubleQuoted()
      else if (character === '\\') word += this.#escaped()
      else if (character === '$' && this.#text[this.#at] === "'") word += this.#ansiQuoted()
      else word += this.#literal(character)
    }
    return word
  }

  #literal(character: string): string {
    const next = this.#text[this.#at] ?? ''
    if (character === '`' || (character === '$' && /[A-Za-z0-9_{(@*#?!-]/.test(next))) {
      throw refused(`${character}${next}, which a shell expands`, 'what it stands for instead')
    }
    return character
  }

  /** What is quoted, up to the quotation mark and with it passed. */
  #upTo(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at)
    if (end === -1) throw unfinished()
    const quoted = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return quoted
  }

  #escaped(): string {
    const character = this.#text[this.#at]
    if (character === undefined) throw unfinished()
    this.#at++
    return character === '\n' ? '' : character
  }

  #doubleQuoted(): string {
    let quoted = ''
    for (;;) {
      const character = this.#text[this.#at++]
      if (character === undefined) throw unfinished()
      if (character === '"') return quoted
      if (character !== '\\') quoted += this.#literal(character)
      else quoted += /[$`"\\\n]/.test(this.#text[this.#at] ?? '') ? this.#escaped() : '\\'
    }
  }

  /** `$'…'`: escapes as in C. */
  #ansiQuoted(): string {
    this.#at++
    let quoted = ''
    for (;;) {
      const character = this.#text[this.#at++]
      if (character === undefined) throw unfinished()
      if (character === "'") return quoted
      quoted += character === '\\' ? this.#ansiEscape() : character
    }
  }

  #ansiEscape(): string {
    const rest = this.#text.slice(this.#at, this.#at + 9)
    const [digits] =
      /^(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3})/.exec(rest) ?? []
    if (digits !== undefined) {
      this.#at += digits.length
      const isOctal = /^[0-7]/.test(digits)
      const point = Number.parseInt(isOctal ? digits : digits.slice(1), isOctal ? 8 : 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
    }
    if (rest === '') throw unfinished()
    this.#at++
    return ESCAPES[rest[0]!] ?? rest[0]!
  }
}

function unfinished(): Error {
  return refused('a quotation that does not end', "a whole command, such as 'curl http://HOST/'")
}

function refused(what: string, wanted: string): Error {
  return badFlag('--curl', `has ${what}`, wanted)
}
