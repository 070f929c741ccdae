/** What a server shows to its clients, and what they show to it. */
export interface ServerCredentials {
  /** PEM of the authority that signed the certificate. */
  readonly authority: string
  /** PEM of the server's certificate and its key. */
  readonly certificate: string
  readonly key: string
  /** Milliseconds since the Unix epoch: the certificate is good until then. */
  readonly notAfterMs: number
  /** A bearer token (RFC 6750) that nobody can guess. */
  readonly token: string
  /** PEM of the key that signs the tokens of accounts. */
  readonly signingKey: string
}

/** Signs texts with a key of its own (RFC 7515), and knows later what it has signed. */
export interface Signer {
  /** As tokens name it (RFC 7518): `ES256`. */
  readonly algorithm: string
  /** Which key it is. */
  readonly keyId: string
  /** The signature in base64url. */
  sign(text: string): string
  hasSigned(text: string, signature: string): boolean
}

/** The door to secrets: made by the operating system's generator, never the same twice. */
export interface Credentials {
  /** An authority that signs one certificate and is then forgotten. Takes about 150 ms. */
  newServer(names: {
    readonly dnsNames: readonly string[]
    readonly addresses: readonly string[]
    readonly nowMs: number
  }): Promise<ServerCredentials>
  /** Of a `signingKey`. Throws what the operating system's library says of a key that is none. */
  signerOf(key: string): Signer
}
