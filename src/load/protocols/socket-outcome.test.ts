import { expect, test } from 'vitest'
import { brokenOutcome, connectOutcome, eofOutcome, timeoutOutcome } from './socket-outcome.ts'

test.each<[code: string, syscall: string, outcome: string]>([
  ['ECONNREFUSED', 'connect', 'connect-refused'],
  ['ETIMEDOUT', 'connect', 'connect-timeout'],
  ['EHOSTUNREACH', 'connect', 'connect-unreachable'],
  ['ENETUNREACH', 'connect', 'connect-unreachable'],
  ['EPERM', 'connect', 'connect-unreachable'],
  ['ECONNRESET', 'connect', 'connect-reset'],
  ['ECONNABORTED', 'connect', 'connect-reset'],
  ['ENOTFOUND', 'getaddrinfo', 'dns'],
  ['EAI_AGAIN', 'getaddrinfo', 'dns'],
  ['ECONNRESET', 'tls', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'tls'],
  ['EMFILE', 'connect', 'local-limit'],
  ['EADDRNOTAVAIL', 'connect', 'local-limit'],
  ['ENOBUFS', 'connect', 'local-limit'],
])('a connection that fails to open with %s of %s is %s', (code, syscall, outcome) => {
  expect(connectOutcome({ code, syscall })).toBe(outcome)
})

test('a connection that is gone before it opened, without an error, was reset', () => {
  expect(connectOutcome(undefined)).toBe('connect-reset')
})

const PROGRESS = [
  { isReused: false, hasFirstByte: false },
  { isReused: true, hasFirstByte: false },
  { isReused: true, hasFirstByte: true },
]

test.each<[event: string, outcomes: string[]]>([
  ['FIN', ['eof-fresh', 'eof-reused', 'truncated']],
  ['ECONNRESET', ['reset-fresh', 'reset-reused', 'truncated']],
  ['EPIPE', ['reset-fresh', 'reset-reused', 'truncated']],
  ['ETIMEDOUT', ['timeout-no-byte', 'timeout-no-byte', 'timeout-stalled']],
  ['ENOBUFS', ['local-limit', 'local-limit', 'local-limit']],
  ['ALERT_CERTIFICATE_REQUIRED', ['tls', 'reset-reused', 'truncated']],
  ['the deadline', ['timeout-no-byte', 'timeout-no-byte', 'timeout-stalled']],
])('%s ends an attempt, by how far it was, as %j', (event, outcomes) => {
  const found = PROGRESS.map((progress) => {
    if (event === 'FIN') return eofOutcome(progress)
    if (event === 'the deadline') return timeoutOutcome(progress)
    const syscall = event.startsWith('ALERT_') ? 'tls' : 'read'
    return brokenOutcome({ code: event, syscall }, progress)
  })
  expect(found).toEqual(outcomes)
})
