import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT, type RequestScript } from '../../tests/recording-script.ts'
import { judge } from './judge.ts'

const failedWith = (errno: string): RequestScript => ({
  at: 8,
  outcome: 'reset-fresh',
  to: 'web-old-b',
  result: 'failed',
  errno,
})

test.each(['EMFILE', 'EADDRNOTAVAIL'])(
  'a connection for which the forwarder met %s is no drop, and the run proves nothing',
  (errno) => {
    const verdict = judge(recordingOf({ ...GOOD_ROLLOUT, requests: [failedWith(errno)] }))
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      requests: { dropped: 0, outcomes: { 'local-limit': 1 } },
      causes: [],
    })
    expect(verdict.reasons).toEqual([
      expect.stringContaining(
        `Requests of the rollout that the forwarder could not pass on: 1 (${errno}); it met a limit of this machine.`,
      ),
    ])
  },
)

test('one that failed for another reason is a drop', () => {
  const verdict = judge(recordingOf({ ...GOOD_ROLLOUT, requests: [failedWith('EPROTO')] }))
  expect(verdict).toMatchObject({ verdict: 'dropped', requests: { dropped: 1 } })
})

test("what the generator's machine got in the way of makes a run inconclusive, in its words", () => {
  const { generator } = recordingOf(GOOD_ROLLOUT).run
  expect(generator).toBeDefined()
  if (generator === undefined) return
  const impediments = ['The generator stood still for 1300 ms: it waited for a CPU for 1200 ms.']
  const run = { generator: { ...generator, impediments } }
  const verdict = judge(recordingOf({ ...GOOD_ROLLOUT, run }))
  expect(verdict.verdict).toBe('inconclusive')
  expect(verdict.reasons).toEqual([expect.stringContaining(impediments[0]!)])
})
