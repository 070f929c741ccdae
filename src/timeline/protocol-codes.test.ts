import { expect, test } from 'vitest'
import { codeOf } from './protocol-codes.ts'

test.each([
  ['status', 0, undefined],
  ['status', 14, 'grpc/UNAVAILABLE'],
  ['status', 77, 'grpc/77'],
  ['h2-goaway-unprocessed', 0, 'goaway/NO_ERROR'],
  ['h2-reset', 2, 'rst_stream/INTERNAL_ERROR'],
  ['h2-reset', 255, 'rst_stream/255'],
  ['ws-closed', 1006, 'websocket/1006'],
  ['mismatch', 1, undefined],
  ['ok', 0, undefined],
] as const)('the code of %s with %d is %s', (outcome, detail, code) => {
  expect(codeOf({ outcome, detail })).toBe(code)
})

test('a certificate that is not taken tells why, where it is known', () => {
  const errno = 'CERT_HAS_EXPIRED'
  expect(codeOf({ outcome: 'tls', detail: 0, errno })).toBe('tls/CERT_HAS_EXPIRED')
  expect(codeOf({ outcome: 'tls', detail: 0 })).toBeUndefined()
  expect(codeOf({ outcome: 'reset-reused', detail: 0, errno: 'ECONNRESET' })).toBeUndefined()
})
