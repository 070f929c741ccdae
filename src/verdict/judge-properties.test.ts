import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT, type RequestScript } from '../../tests/recording-script.ts'
import { OUTCOMES, isGeneratorOutcome } from '../timeline/outcome.ts'
import { isDropped } from './dropped.ts'
import { judge } from './judge.ts'
import type { Recording } from './recording.ts'

const request: fc.Arbitrary<RequestScript> = fc.record(
  {
    at: fc.integer({ min: 20, max: 319 }).map((slot) => slot / 20),
    outcome: fc.constantFrom(...OUTCOMES),
    to: fc.constantFrom(...GOOD_ROLLOUT.pods.map(({ name }) => name)),
    result: fc.constantFrom('connected', 'refused', 'unreachable', 'timed-out', 'failed'),
    status: fc.constantFrom(0, 200, 500),
    requestsBefore: fc.constantFrom(0, 7),
    sent: fc.boolean(),
    gotFirstByte: fc.boolean(),
    tookMs: fc.integer({ min: 1, max: 4_000 }),
  },
  { requiredKeys: ['at', 'outcome'] },
)
const recording: fc.Arbitrary<Recording> = fc
  .record({
    requests: fc.array(request, { maxLength: 40 }),
    strategy: fc.constantFrom('RollingUpdate', 'Recreate'),
  })
  .map((over) => recordingOf({ ...GOOD_ROLLOUT, ...over }))

/** Neither answered well, nor timed out, nor the generator's own. */
const ENDED_BY_WHAT_HAPPENED_THEN: readonly string[] = [
  'status',
  'connect-refused',
  'connect-unreachable',
  'connect-reset',
  'dns',
  'tls',
  'reset-fresh',
  'reset-reused',
  'eof-fresh',
  'eof-reused',
  'truncated',
  'malformed',
  'mismatch',
  'h2-goaway-unprocessed',
  'h2-refused-stream',
  'h2-reset',
  'ws-closed',
  'stream-ended',
]

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)

test('counts always add up, and every drop is in exactly one cause and one window', () => {
  fc.assert(
    fc.property(recording, (recording) => {
      const { requests, causes, windows } = judge(recording)
      const inside = recording.requests.filter(
        ({ intendedAt, endedAt, outcome }) =>
          intendedAt >= 4e9 || (endedAt >= 4e9 && ENDED_BY_WHAT_HAPPENED_THEN.includes(outcome)),
      )
      expect(requests.total).toBe(recording.requests.length)
      expect(sum(requests.outcomes)).toBe(requests.total)
      expect(requests.sent).toBe(
        inside.filter(({ outcome }) => !isGeneratorOutcome(outcome)).length,
      )
      expect(requests.dropped).toBe(inside.filter(isDropped).length)
      expect(sum(Object.fromEntries(causes.map((cause) => [cause.id, cause.requests])))).toBe(
        requests.dropped,
      )
      expect(windows.reduce((total, window) => total + window.requests, 0)).toBe(requests.dropped)
      for (const window of windows) expect(sum(window.causes)).toBe(window.requests)
      for (const cause of causes) {
        expect(sum(cause.lanes)).toBe(cause.requests)
        expect(cause.objects.reduce((total, object) => total + object.requests, 0)).toBe(
          cause.requests,
        )
      }
    }),
  )
})

test('windows are in order and at least a second apart', () => {
  fc.assert(
    fc.property(recording, (recording) => {
      const { windows } = judge(recording)
      for (const [index, window] of windows.entries()) {
        const previous = windows[index - 1]
        expect(window.endedAt).toBeGreaterThanOrEqual(window.startedAt)
        if (previous !== undefined) {
          // In whole nanoseconds, as they were measured: 15.05 s - 14.05 s is less than 1 s in floating point.
          const apartNs = Math.round(window.startedAt * 1e9) - Math.round(previous.endedAt * 1e9)
          expect(apartNs).toBeGreaterThanOrEqual(1e9)
        }
      }
    }),
  )
})

test('a run with a drop that is not allowed is never proven', () => {
  fc.assert(
    fc.property(recording, (recording) => {
      const { verdict, requests } = judge(recording)
      if (requests.dropped > 0) expect(verdict).not.toBe('proven')
      if (verdict === 'proven') expect(requests.sent).toBeGreaterThan(0)
    }),
  )
})

test('the verdict is the same whatever the order in which facts and requests are given', () => {
  fc.assert(
    fc.property(
      recording.chain((recording) =>
        fc.tuple(
          fc.constant(recording),
          fc.shuffledSubarray([...recording.facts], { minLength: recording.facts.length }),
          fc.shuffledSubarray([...recording.requests], { minLength: recording.requests.length }),
        ),
      ),
      ([recording, facts, requests]) => {
        expect(judge({ ...recording, facts, requests })).toEqual(judge(recording))
      },
    ),
    { numRuns: 40 },
  )
})

test('judging changes nothing in the recording', () => {
  fc.assert(
    fc.property(recording, (recording) => {
      const before = JSON.stringify(recording)
      const verdict = judge(recording)
      expect(JSON.stringify(recording)).toBe(before)
      expect(JSON.stringify(judge(recording))).toBe(JSON.stringify(verdict))
    }),
    { numRuns: 30 },
  )
})
