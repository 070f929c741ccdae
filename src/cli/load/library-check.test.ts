import { expect, test } from 'vitest'
import { load } from '../load-library.ts'
import { checkOptions } from './library-check.ts'

test.each([
  [null, 'the options: null is not an object'],
  [{ ratePerSecond: '5' }, "ratePerSecond: '5' is not a number"],
  [{ workers: Number.NaN }, 'workers: NaN is not a number'],
  [{ requestsMax: 1.5 }, 'requestsMax: 1.5 is not a whole number'],
  [{ requests: [null] }, 'requests: this list is not a list of requests'],
  [{ requests: [{ path: '/' }] }, 'requests: this list is not a list of requests'],
  [{ arrivals: {} }, "arrivals: this object is not an object of the kind 'rate'"],
  [{ lanes: 'new' }, "lanes: 'new' is not a list of lanes"],
  [{ okStatuses: [200] }, 'okStatuses: this list is not a list of ranges'],
  [{ protocol: 'h3' }, "protocol: 'h3' is not one of http1, http2"],
  [{ signal: {} }, 'signal: this object is not an AbortSignal'],
  [{ onRecord: true }, 'onRecord: this boolean is not a function'],
  [{ expected: () => true }, 'expected: this function is not an object'],
  [{ rate: 5 }, 'there is no option rate'],
])('options %j make no plan, and the error names what is wrong', (options, message) => {
  expect(() => checkOptions(options)).toThrow(message)
})

test('an option that is undefined is one that is not given', () => {
  expect(() => checkOptions({ ratePerSecond: undefined, onRow: undefined })).not.toThrow()
})

test.each([
  [undefined, {}, 'bad-url'],
  ['ftp://127.0.0.1/', {}, 'bad-url'],
  ['http://127.0.0.1:9/', { ratePerSecond: -1 }, 'load-plan-invalid'],
  ['http://127.0.0.1:9/', { workers: 0 }, 'load-plan-invalid'],
])('load(%j, %j) rejects with %s and starts no thread', async (url, options, code) => {
  // What a program that is not type-checked can pass.
  const given: string = JSON.parse(JSON.stringify({ url })).url
  await expect(load(given, options)).rejects.toMatchObject({ code, exitCode: 2 })
})

test('a callback that throws ends the load, which rejects with what it threw', async () => {
  await expect(
    load('http://127.0.0.1:9/', { onRecord: () => JSON.parse('no JSON'), durationMs: 60_000 }),
  ).rejects.toThrow(SyntaxError)
})
