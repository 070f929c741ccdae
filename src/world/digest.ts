/** The door to hash functions of the machine. */
export interface Digest {
  sha256(): Hash
}

/** One message, piece by piece. */
export interface Hash {
  /** The bytes are not kept. */
  update(bytes: Uint8Array): void
  /** Hexadecimal digits, lower case. Ends it. */
  hex(): string
}
