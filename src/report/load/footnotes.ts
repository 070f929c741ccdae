import { layOut } from '../layout.ts'

/**
 * What means something else here than in the tool whose report this is: marked with a star, and told
 * below the report in the words of that tool's users.
 */
export class Footnotes {
  readonly #notes: string[] = []

  /** `text` with its star; the same note is told once. */
  mark(text: string, note: string): string {
    if (!this.#notes.includes(note)) this.#notes.push(note)
    return `${text} *`
  }

  /** Lines that follow the report: nothing when nothing was marked. */
  render(width: number): string {
    if (this.#notes.length === 0) return ''
    return `\n${this.#notes.map((note) => `${layOut('* ', note, width)}\n`).join('')}`
  }
}

/** A value that the records of a run do not tell. */
export const UNKNOWN = '-'
