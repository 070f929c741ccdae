import { expect, test } from 'vitest'
import { isReplayable } from './replayable.ts'

test.each<
  [method: string, headers: Record<string, string>, body: string | undefined, isReplayed: boolean]
>([
  ['GET', {}, undefined, true],
  ['GET', {}, 'a body', true],
  ['HEAD', {}, undefined, true],
  ['OPTIONS', {}, undefined, true],
  ['TRACE', {}, undefined, true],
  ['POST', {}, undefined, false],
  ['PUT', {}, undefined, false],
  ['DELETE', {}, undefined, false],
  ['get', {}, undefined, false],
  ['POST', { 'Idempotency-Key': 'k{{n}}' }, 'a body', true],
  ['PATCH', { 'x-idempotency-key': '' }, undefined, true],
  ['POST', { 'X-Request-Id': '1' }, undefined, false],
])(
  'a client that retries would send %s with %j and body %j again: %s',
  (method, headers, body, isReplayed) => {
    const request = {
      method,
      path: '/',
      headers,
      weight: 1,
      ...(body === undefined ? {} : { body }),
    }
    expect(isReplayable(request)).toBe(isReplayed)
  },
)
