/**
 * How a planned request ended: every one ends in exactly one of these. `fresh` and `reused` say
 * whether the connection had already carried an answer. The order is the ledger's encoding: append only.
 */
export const OUTCOMES = [
  'ok',
  'status',
  'connect-refused',
  'connect-timeout',
  'connect-unreachable',
  'connect-reset',
  'dns',
  'tls',
  'reset-fresh',
  'reset-reused',
  'eof-fresh',
  'eof-reused',
  'truncated',
  'timeout-no-byte',
  'timeout-stalled',
  'malformed',
  'mismatch',
  'not-sent',
  'local-limit',
  'h2-goaway-unprocessed',
  'h2-refused-stream',
  'h2-reset',
  'ws-closed',
  'stream-ended',
] as const

export type Outcome = (typeof OUTCOMES)[number]

/** What each outcome means, for reports and documentation. */
export const OUTCOME_MEANING: Readonly<Record<Outcome, string>> = {
  ok: 'answered with a status of the success set',
  status: 'answered with a status outside the success set',
  'connect-refused': 'nobody listened (ECONNREFUSED)',
  'connect-timeout': 'the connection was not accepted in time',
  'connect-unreachable': 'no route to the address (EHOSTUNREACH, ENETUNREACH)',
  'connect-reset': 'the connection was reset while it was being opened',
  dns: 'the name could not be resolved',
  tls: 'the TLS handshake failed',
  'reset-fresh': 'reset before the first byte of the first answer on a new connection',
  'reset-reused': 'reset before the first byte of an answer on a connection used before',
  'eof-fresh': 'closed (FIN) before the first byte of the first answer on a new connection',
  'eof-reused': 'closed (FIN) before the first byte of an answer on a connection used before',
  truncated: 'ended in the middle of an answer',
  'timeout-no-byte': 'not a byte of the answer in time',
  'timeout-stalled': 'the answer began but did not end in time',
  malformed: 'the answer was not valid HTTP',
  mismatch: 'the answer was not the expected one',
  'not-sent': 'the generator had no capacity for it in time',
  'local-limit': "a limit of the generator's own machine (files, ports)",
  'h2-goaway-unprocessed': 'GOAWAY said that the HTTP/2 server had not processed it',
  'h2-refused-stream': 'the HTTP/2 server refused its stream unprocessed (REFUSED_STREAM)',
  'h2-reset': 'the HTTP/2 server ended its stream (RST_STREAM)',
  'ws-closed': 'the WebSocket was closed before its session was over; detail has the code',
  'stream-ended': 'the event stream came to its end before its session was over',
}

/** Outcomes that are the generator's own fault: they never count against the service. */
export function isGeneratorOutcome(outcome: Outcome): boolean {
  return outcome === 'not-sent' || outcome === 'local-limit'
}

/** Outcomes of a whole answer, whatever it was: only these have a latency. */
export function isAnswered(outcome: Outcome): boolean {
  return outcome === 'ok' || outcome === 'status' || outcome === 'mismatch'
}
