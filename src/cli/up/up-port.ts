import { HitlessError } from '../../base/error.ts'

/** Why the API server cannot listen, when that is what `error` says; anything else comes back as it is. */
export function listenRefused(port: number, error: unknown): unknown {
  const isListening = error instanceof Error && 'syscall' in error && error.syscall === 'listen'
  return isListening ? portRefused(port, error) : error
}

export function portRefused(port: number, cause: Error): HitlessError {
  const isTaken = 'code' in cause && cause.code === 'EADDRINUSE'
  const why = isTaken ? 'something listens there already' : cause.message
  return new HitlessError('port-unavailable', `cannot listen on 127.0.0.1:${port}: ${why}`, {
    exitCode: 2,
    hint: 'Leave --port out for any free one.',
    cause,
  })
}
