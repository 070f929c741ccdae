import { expect, test } from 'vitest'
import { unsentRequest } from '../../tests/support/unsent-request.ts'
import { endingOf } from './endings.ts'

type Ending = Parameters<typeof unsentRequest>[0]

test.each<[ending: Ending, words: string]>([
  [{ outcome: 'status', status: 503 }, 'status 503'],
  [{ outcome: 'status', status: 200, detail: 14 }, 'grpc/UNAVAILABLE'],
  [{ outcome: 'truncated', status: 200 }, 'truncated'],
  [{ outcome: 'reset-fresh', errno: 'ECONNRESET' }, 'reset-fresh, ECONNRESET'],
  [{ outcome: 'h2-reset', detail: 2 }, 'h2-reset, rst_stream/INTERNAL_ERROR'],
  [{ outcome: 'tls', errno: 'CERT_HAS_EXPIRED' }, 'tls/CERT_HAS_EXPIRED'],
  [{ outcome: 'tls' }, 'tls'],
  [{ outcome: 'mismatch', status: 200, detail: 2 }, 'mismatch: the body had another SHA-256'],
])('%j is told as %s', (ending, words) => {
  expect(endingOf(unsentRequest(ending))).toBe(words)
})
