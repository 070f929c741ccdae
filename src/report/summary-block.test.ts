import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT } from '../../tests/recording-script.ts'
import { judge } from '../verdict/judge.ts'
import { renderSummary } from './summary-block.ts'

const RECORDING = recordingOf(GOOD_ROLLOUT)
const VERDICT = judge(RECORDING)

test('more pods than a screen should hold are counted', () => {
  const pods = Object.fromEntries(Array.from({ length: 40 }, (_, pod) => [`web-${pod}`, 5]))
  const verdict = { ...VERDICT, requests: { ...VERDICT.requests, pods } }
  const summary = renderSummary(verdict, RECORDING.run, undefined)
  expect(summary).toContain('web-11:5 and 28 more')
  expect(summary).not.toContain('web-12:5')
})

test('a run that ended before the load began shows no block of zeros', () => {
  const verdict = { ...VERDICT, requests: { ...VERDICT.requests, total: 0 } }
  expect(renderSummary(verdict, RECORDING.run, '.hitless/runs/x')).toBe(
    'Recording     .hitless/runs/x\n',
  )
})
