import type { Finding } from './finding.ts'

/**
 * An operational error that ends a command: what went wrong, why it matters and what to do next.
 * Its code has an entry in docs/reference/errors.md and decides nothing else; `exitCode` does.
 */
export class HitlessError extends Error {
  override readonly name = 'HitlessError'
  readonly code: string
  /** 2: the user's input or usage; 3: this machine or hitless itself could not do the job. */
  readonly exitCode: 2 | 3
  readonly hint: string | undefined
  /** The single faults, where there are several. */
  readonly findings: readonly Finding[]

  constructor(
    code: string,
    message: string,
    options: {
      exitCode: 2 | 3
      hint?: string
      findings?: readonly Finding[]
      cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.exitCode = options.exitCode
    this.hint = options.hint
    this.findings = options.findings ?? []
  }
}
