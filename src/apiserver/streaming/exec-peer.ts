/** The client of an exec or attach, over whatever protocol it speaks. */
export interface ExecPeer {
  /** False: wait for onDrain. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): boolean
  /** Says how the command ended, after all output, and takes leave. */
  finish(end: ExecEnd): void
  /** Back-pressure on what the client sends. */
  pauseInput(): void
  resumeInput(): void
}

export interface ExecPeerHandlers {
  /** The client is ready for output. Nothing else is called before. */
  onReady(peer: ExecPeer): void
  onInput(bytes: Uint8Array): void
  onInputEnd(): void
  onResize(size: { readonly columns: number; readonly rows: number }): void
  onDrain(): void
  /** The client is gone. */
  onClose(): void
}

/** How a command ended, in both forms that the protocols have. */
export interface ExecEnd {
  /** A Status object as JSON, for version 4 of the protocol and later. */
  readonly status: string
  /** Empty after success; all that earlier versions are told. */
  readonly message: string
}
