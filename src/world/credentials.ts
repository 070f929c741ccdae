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
}

/** The door to secrets: made by the operating system's generator, never the same twice. */
export interface Credentials {
  /** An authority that signs one certificate and is then forgotten. Takes about 150 ms. */
  newServer(names: {
    readonly dnsNames: readonly string[]
    readonly addresses: readonly string[]
    readonly nowMs: number
  }): Promise<ServerCredentials>
}
