/** A place in a file that a person can jump to. Lines and columns count from 1. */
export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `file:line:column`, which editors and terminals turn into a link. */
export function formatLocation({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`
}

/**
 * Something wrong, or worth saying, about the user's input: data, not an exception, so that
 * all of them are reported at once. Every code has its entry in docs/reference/errors.md.
 */
export interface Finding {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly location?: Location
  /** What is wrong, naming the field or object. */
  readonly message: string
  /** What to write or do instead. */
  readonly hint?: string
}
