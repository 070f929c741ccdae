/** What an answer must be besides its status. Bodies are looked at as they come, content codings and all. */
export interface Expectation {
  /** Bytes. */
  readonly bodyLength?: number
  /** Hexadecimal digits, lower case. */
  readonly bodySha256?: string
  /** A regular expression that is found in the body, as text in UTF-8. */
  readonly bodyPattern?: string
  /** Headers with exactly these values; names in lower case. */
  readonly headers?: readonly ExpectedHeader[]
}

export interface ExpectedHeader {
  readonly name: string
  readonly value: string
}

/** How an answer tells who gave it: a header, or the first group of a regular expression in its body. */
export type Identification =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body'; readonly pattern: string }
