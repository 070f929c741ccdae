import type { ExpectationFlags } from './expectation-options.ts'
import type { TlsFlags } from './tls-options.ts'

/** The flags of `hitless load` as commander hands them over: text, unchecked. */
export interface LoadFlags extends TlsFlags, ExpectationFlags, SessionFlags, StreamFlags {
  readonly rate?: string
  readonly ramp?: string
  readonly steps?: string
  readonly concurrency?: string
  readonly duration?: string
  readonly requests?: string
  readonly lanes?: string
  readonly connections?: string
  readonly connectionAge?: string
  readonly requestsPerConnection?: string
  readonly maxConnections?: string
  readonly timeout?: string
  readonly connectTimeout?: string
  readonly method?: string
  readonly header?: readonly string[]
  readonly data?: string
  readonly request?: readonly string[]
  readonly curl?: string
  readonly targets?: string
  readonly targetsFormat?: string
  readonly replay?: string
  readonly workers?: string
}

/** Flags of what is held for a while, as commander hands them over. */
export interface SessionFlags {
  readonly protocol?: string
  readonly sessions?: string
  readonly sessionDuration?: string
  readonly messageInterval?: string
  readonly expectEcho?: boolean
  readonly stallTimeout?: string
  readonly whole?: boolean
}

/** Flags of what travels on streams, as commander hands them over. */
export interface StreamFlags {
  readonly http2?: boolean
  readonly streams?: string
  readonly grpcMethod?: string
  /** True without a name: the server as a whole. */
  readonly grpcHealth?: string | true
  readonly dataHex?: string
}
