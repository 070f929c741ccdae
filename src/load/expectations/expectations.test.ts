import { describe, expect, test } from 'vitest'
import { detailOfMismatch, type Mismatch } from '../../timeline/mismatch.ts'
import { startLoad } from '../engine.ts'
import type { LoadPlan } from '../plan.ts'
import { Collected, planOf, playedRun } from '../testing/load-run.ts'
import type { PlayedServer } from '../testing/played-world.ts'
import { PlayedClock, PlayedNetwork } from '../testing/played-world.ts'
import type { Expectation, Identification } from './expectation.ts'

/** Each connection gives each answer in turn, in pieces of `bytes`. */
function answering(answers: readonly string[], bytes = Infinity): PlayedServer {
  let nth = 0
  return {
    onConnect: (connection) => connection.accept(),
    onRequest(connection) {
      const answer = answers[nth++ % answers.length]!
      for (let at = 0; at < answer.length; at += bytes)
        connection.answer(answer.slice(at, at + bytes))
    },
  }
}

function ok(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`
}

const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\nX: y\r\n\r\n'

async function outcomeOf(changes: Partial<LoadPlan>, answer: string, bytes?: number) {
  const run = playedRun({ ...changes, requestsMax: 3 }, answering([answer], bytes))
  await run.start()
  run.clock.advance(1_000)
  const report = await run.stop()
  const [record] = run.collected.records
  expect(run.collected.records).toHaveLength(3)
  expect(
    new Set(run.collected.records.map(({ outcome, detail }) => `${outcome} ${detail}`)).size,
  ).toBe(1)
  return { outcome: record!.outcome, detail: record!.detail, backend: record!.backend, report }
}

describe.each([1, 7, Infinity])('an answer that comes in pieces of %d bytes', (bytes) => {
  test.each<[expected: Expectation, answer: string, mismatch: Mismatch | undefined]>([
    [{ bodyLength: 5 }, ok('hello'), undefined],
    [{ bodyLength: 5 }, CHUNKED, undefined],
    [{ bodyLength: 4 }, ok('hello'), 'body-length'],
    [{ bodyLength: 0 }, ok(''), undefined],
    [{ bodyPattern: '^h.*o$' }, CHUNKED, undefined],
    [{ bodyPattern: '^bye' }, ok('hello'), 'body-pattern'],
    [{ bodyPattern: '.' }, ok(''), 'body-pattern'],
    [{ headers: [{ name: 'x-a', value: '1' }] }, ok('', 'X-A: 1\r\n'), undefined],
    [{ headers: [{ name: 'x-a', value: '1' }] }, ok('', 'X-A: 12\r\n'), 'header'],
    [{ headers: [{ name: 'x-a', value: '1' }] }, ok('', 'X-B: 1\r\n'), 'header'],
    [
      {
        headers: [
          { name: 'x-a', value: '1' },
          { name: 'x-b', value: '2' },
        ],
        bodyLength: 1,
      },
      ok('!', 'X-B: 2\r\nX-A: 1\r\n'),
      undefined,
    ],
  ])('%j: %j is a mismatch of %s', async (expected, answer, mismatch) => {
    const { outcome, detail } = await outcomeOf({ expected }, answer, bytes)
    expect(outcome).toBe(mismatch === undefined ? 'ok' : 'mismatch')
    expect(detail).toBe(mismatch === undefined ? 0 : detailOfMismatch(mismatch))
  })
})

test('a status outside the success set is what is reported, whatever the body', async () => {
  const answer = ok('hello').replace('200 OK', '503 No')
  expect((await outcomeOf({ expected: { bodyLength: 9 } }, answer)).outcome).toBe('status')
})

test('the body that an answer to HEAD does not have is not looked at, its headers are', async () => {
  const requests = [{ method: 'HEAD', path: '/', headers: {}, weight: 1 }]
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
  const expected = { bodyLength: 5, bodyPattern: 'x' }
  expect((await outcomeOf({ requests, expected }, answer)).outcome).toBe('ok')
  const headers = [{ name: 'x-a', value: '1' }]
  expect((await outcomeOf({ requests, expected: { headers } }, answer)).outcome).toBe('mismatch')
})

test('a pattern is looked for in a mebibyte, and what is not found in more has its own reason', async () => {
  const expected = { bodyPattern: 'end$' }
  const long = ok('x'.repeat(2_000_000) + 'end')
  const { outcome, detail } = await outcomeOf({ expected, timeoutMs: 5_000 }, long, 65_536)
  expect([outcome, detail]).toEqual(['mismatch', detailOfMismatch('body-too-long')])
  expect((await outcomeOf({ expected: { bodyPattern: '^x' } }, long, 65_536)).outcome).toBe('ok')
})

test.each<[identify: Identification, answer: string, names: readonly string[] | undefined]>([
  [{ kind: 'header', name: 'x-pod-name' }, ok('', 'X-Pod-Name: shop-1\r\n'), ['shop-1']],
  [{ kind: 'header', name: 'x-pod-name' }, ok(''), undefined],
  [{ kind: 'body', pattern: 'pod=(\\w+)' }, ok('I am pod=a7'), ['a7']],
  [{ kind: 'body', pattern: '\\d+' }, ok('pod 17'), ['17']],
  [{ kind: 'body', pattern: 'pod=(\\w+)' }, ok('nobody'), undefined],
  [
    { kind: 'header', name: 'x-pod-name' },
    ok('', 'X-Pod-Name: shop-1\r\n').replace('200 OK', '500 No'),
    ['shop-1'],
  ],
])('by %j, %j came from %j', async (identify, answer, names) => {
  const { report, backend } = await outcomeOf({ identify }, answer)
  expect(report.backends).toEqual(names)
  expect(backend).toBe(names === undefined ? 0 : 1)
})

test('without anything asked for, answers of one connection are judged by their status alone', async () => {
  const { report, detail } = await outcomeOf({}, ok('hello', 'X-Pod-Name: a\r\n'))
  expect([report.backends, detail]).toEqual([undefined, 0])
})

test.each<[changes: Partial<LoadPlan>, message: string]>([
  [{ expected: { bodyPattern: '(' } }, 'Invalid regular expression'],
  [{ expected: { bodySha256: 'abc' } }, 'the SHA-256 abc is none'],
  [{ expected: { bodyLength: -1 } }, 'a body length of -1 is expected'],
  [{ expected: { headers: [{ name: 'X A', value: '' }] } }, 'the header name "X A" cannot be'],
  [
    { expected: { headers: Array.from({ length: 9 }, () => ({ name: 'a', value: '' })) } },
    '9 headers of answers are looked at',
  ],
  [{ identify: { kind: 'body', pattern: '[' } }, 'Invalid regular expression'],
  [{ expected: { bodySha256: 'a'.repeat(64) } }, 'a SHA-256 of bodies is expected'],
])('%j is refused: %s', (changes, message) => {
  const clock = new PlayedClock()
  const world = { clock, network: new PlayedNetwork(clock) }
  expect(() => startLoad(world, planOf(changes), new Collected())).toThrow(message)
})
