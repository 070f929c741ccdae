/** A TypeScript or JavaScript text, taken apart just far enough to look for things in its code. */
export interface SourceText {
  /** The code: same length and lines, with comments and the contents of strings and patterns blanked. */
  readonly code: string
  readonly strings: readonly SourceString[]
}

export interface SourceString {
  /** Offset of the opening quote. */
  readonly offset: number
  readonly value: string
}

/** Takes `text` apart. Code inside `${…}` of a template counts as code. */
export function readSource(text: string): SourceText {
  const scanner = new Scanner(text)
  scanner.scanCode('end')
  return { code: scanner.code.join(''), strings: scanner.strings }
}

export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index !== -1 && index < offset;) {
    line += 1
    index = text.indexOf('\n', index + 1)
  }
  return line
}

class Scanner {
  readonly code: string[]
  readonly strings: SourceString[] = []
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
    this.code = text.split('')
  }

  /** Up to the end of the text, or to the brace that closes a template's `${`. */
  scanCode(until: 'end' | 'closing brace'): void {
    let depth = 0
    while (this.#position < this.#text.length) {
      const here = this.#text[this.#position]
      const two = this.#text.slice(this.#position, this.#position + 2)
      if (two === '//') this.#blankTo(this.#indexOf('\n'))
      else if (two === '/*') this.#blankTo(this.#indexOf('*/', 2) + 2)
      else if (here === "'" || here === '"') this.#scanString(here)
      else if (here === '`') this.#scanTemplate()
      else if (here === '/' && this.#patternMayStart()) this.#scanPattern()
      else {
        if (here === '{') depth += 1
        if (here === '}' && depth-- === 0 && until === 'closing brace') return
        this.#position += 1
      }
    }
  }

  #scanString(quote: string): void {
    const start = this.#position
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== quote && this.#text[end] !== '\n') {
      end += this.#text[end] === '\\' ? 2 : 1
    }
    this.strings.push({ offset: start, value: this.#text.slice(start + 1, end) })
    this.#position = start + 1
    this.#blankTo(end)
    this.#position = end + 1
  }

  #scanTemplate(): void {
    this.#position += 1
    while (this.#position < this.#text.length && this.#text[this.#position] !== '`') {
      if (this.#text.startsWith('${', this.#position)) {
        this.#position += 2
        this.scanCode('closing brace')
        this.#position += 1
      } else {
        this.#blankTo(this.#position + (this.#text[this.#position] === '\\' ? 2 : 1))
      }
    }
    this.#position += 1
  }

  /** A slash divides after a value, and starts a regular expression anywhere else. */
  #patternMayStart(): boolean {
    const before = this.code
      .slice(Math.max(0, this.#position - 40), this.#position)
      .join('')
      .trimEnd()
    if (/\b(return|typeof|case|of|in|await|yield)$/.test(before)) return true
    return before === '' || !/[\w$)\]}'"`]$/.test(before)
  }

  #scanPattern(): void {
    let end = this.#position + 1
    let inClass = false
    while (end < this.#text.length && (inClass || this.#text[end] !== '/')) {
      if (this.#text[end] === '[') inClass = true
      if (this.#text[end] === ']') inClass = false
      end += this.#text[end] === '\\' ? 2 : 1
    }
    this.#position += 1
    this.#blankTo(end)
    this.#position = end + 1
  }

  #indexOf(wanted: string, skip = 0): number {
    const index = this.#text.indexOf(wanted, this.#position + skip)
    return index === -1 ? this.#text.length : index
  }

  #blankTo(end: number): void {
    for (; this.#position < Math.min(end, this.#text.length); this.#position++) {
      if (this.#text[this.#position] !== '\n') this.code[this.#position] = ' '
    }
  }
}
