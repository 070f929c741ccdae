/** A size has about thirty bytes; what is longer without being one is dropped. */
const TEXT_BYTES_MAX = 1_024

/** Reads the sizes of a client's terminal, one small JSON object each, wherever their bytes were cut. */
export class TerminalSizes {
  readonly #onSize: (size: { readonly columns: number; readonly rows: number }) => void
  readonly #decoder = new TextDecoder()
  #text = ''

  constructor(onSize: (size: { readonly columns: number; readonly rows: number }) => void) {
    this.#onSize = onSize
  }

  add(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true })
    let rest = 0
    for (const match of this.#text.matchAll(/\{[^{}]*\}/g)) {
      rest = match.index + match[0].length
      const columns = numberOf(match[0], 'Width')
      const rows = numberOf(match[0], 'Height')
      if (columns > 0 && rows > 0) this.#onSize({ columns, rows })
    }
    this.#text = this.#text.slice(rest).slice(-TEXT_BYTES_MAX)
  }
}

/** The kernel keeps both in 16 bits. 0 for what is not there. */
function numberOf(text: string, name: string): number {
  const digits = new RegExp(`"${name}"\\s*:\\s*(\\d{1,5})\\b`, 'i').exec(text)?.[1]
  return Math.min(Number(digits ?? 0), 0xffff)
}
