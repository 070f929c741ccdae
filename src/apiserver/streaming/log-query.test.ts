import { expect, test } from 'vitest'
import { readLogQuery } from './log-query.ts'

const NOW_MS = 1_800_000_000_000

/** Answers of the API server of Kubernetes 1.34. */
test.each([
  [
    'tailLines=-1',
    422,
    'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'limitBytes=0',
    422,
    'PodLogOptions "web" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
  ],
  [
    'sinceSeconds=0',
    422,
    'PodLogOptions "web" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0',
  ],
  [
    'tailLines=-1&limitBytes=0',
    422,
    'PodLogOptions "web" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0]',
  ],
  [
    'sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z',
    422,
    'PodLogOptions "web" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
  ['stream=All', 422, 'PodLogOptions "web" is invalid: stream: Forbidden: may not be specified'],
  ['tailLines=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
  ['tailLines=', 400, 'strconv.ParseInt: parsing "": invalid syntax'],
  [
    'limitBytes=9223372036854775808',
    400,
    'strconv.ParseInt: parsing "9223372036854775808": value out of range',
  ],
  [
    'sinceTime=abc',
    400,
    'parsing time "abc" as "2006-01-02T15:04:05Z07:00": cannot parse "abc" as "2006"',
  ],
  [
    'sinceTime=2020-01-01T00:00:00',
    400,
    'parsing time "2020-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
  ],
])('%s is refused', (query, code, message) => {
  const read = () => readLogQuery(new URLSearchParams(query), 'web', NOW_MS)
  expect(read).toThrow(expect.objectContaining({ code, message }))
})

const PLAIN = { follow: false, previous: false, timestamps: false }

test.each([
  ['', { container: '', options: PLAIN }],
  ['container=app&insecureSkipTLSVerifyBackend=true&other=1', { container: 'app', options: PLAIN }],
  [
    'follow=&previous=maybe&timestamps=0',
    { container: '', options: { follow: true, previous: true, timestamps: false } },
  ],
  [
    'follow=False&tailLines=%2B3&limitBytes=1',
    { container: '', options: { ...PLAIN, tailLines: 3, limitBytes: 1 } },
  ],
  ['sinceSeconds=90', { container: '', options: { ...PLAIN, sinceMs: NOW_MS - 90_000 } }],
  [
    'sinceTime=2020-01-01T01:00:00.9%2B01:00',
    { container: '', options: { ...PLAIN, sinceMs: 1_577_836_800_000 } },
  ],
  ['sinceTime=', { container: '', options: PLAIN }],
])('%s is read', (query, expected) => {
  expect(readLogQuery(new URLSearchParams(query), 'web', NOW_MS)).toEqual(expected)
})
