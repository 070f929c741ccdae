import type { SocketError } from '../../world/network.ts'
import { isLocalLimit } from '../../timeline/local-limit.ts'
import type { Outcome } from '../../timeline/outcome.ts'

/** How far an attempt had come when its connection ended. */
export interface AttemptProgress {
  /** The connection had carried an answer before. */
  readonly isReused: boolean
  readonly hasFirstByte: boolean
}

/** Why a connection never opened; `error` is missing where the peer closed it in the act. */
export function connectOutcome(error: SocketError | undefined): Outcome {
  if (error === undefined) return 'connect-reset'
  if (isLocalLimit(error.code)) return 'local-limit'
  if (error.syscall === 'tls') return 'tls'
  if (error.syscall === 'getaddrinfo' || error.code === 'ENOTFOUND') return 'dns'
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connect-refused'
    case 'ETIMEDOUT':
      return 'connect-timeout'
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'connect-reset'
    default:
      // EHOSTUNREACH, ENETUNREACH, and what a firewall on the way answers (EACCES, EPERM).
      return 'connect-unreachable'
  }
}

/** What a FIN in the middle of an attempt means. */
export function eofOutcome({ isReused, hasFirstByte }: AttemptProgress): Outcome {
  if (hasFirstByte) return 'truncated'
  return isReused ? 'eof-reused' : 'eof-fresh'
}

/** What a failing socket in the middle of an attempt means. */
export function brokenOutcome(error: SocketError, progress: AttemptProgress): Outcome {
  // The kernel gave up on its own retransmissions: the peer is silent, it has reset nothing.
  if (error.code === 'ETIMEDOUT') return timeoutOutcome(progress)
  if (isLocalLimit(error.code)) return 'local-limit'
  if (progress.hasFirstByte) return 'truncated'
  // In TLS 1.3 a client has done its part before the server has looked at its certificate (RFC 8446, section 2).
  if (error.syscall === 'tls' && !progress.isReused) return 'tls'
  return progress.isReused ? 'reset-reused' : 'reset-fresh'
}

export function timeoutOutcome({ hasFirstByte }: AttemptProgress): Outcome {
  return hasFirstByte ? 'timeout-stalled' : 'timeout-no-byte'
}
