import { expect, test } from 'vitest'
import { renderProgress } from './load-progress.ts'
import { PLAIN_PAGE } from './load-view.ts'
import { loadSceneOf } from './load/testing/load-result-builder.ts'

const TIMED = { seconds: 5 }
const COUNTED = { requestsMax: 2_000 }

test.each([
  ['that has not begun', TIMED, undefined, 0, 'getting ready …'],
  ['by time', TIMED, 5e9, 4.2, 'sending ████████████████░░░░ 84 %  4s of 5s  500 requests'],
  [
    'that only waits',
    TIMED,
    5e9,
    6.9,
    'waiting for the last answers ████████████████████ 100 %  6s of 5s  500 requests',
  ],
  ['by number', COUNTED, 5e9, 4.2, 'sending █████░░░░░░░░░░░░░░░ 25 %  4s  500 of 2,000 requests'],
  ['without an end', {}, 5e9, 4.2, 'sending  4s  500 requests'],
])('tells how far a run %s is', (_, end, startedAt, elapsedSeconds, line) => {
  const { description, startedAt: _at, ...scene } = loadSceneOf()
  const { seconds: _seconds, ...endless } = description
  const begun = startedAt === undefined ? {} : { startedAt }
  const made = { ...scene, ...begun, elapsedSeconds, description: { ...endless, ...end } }
  expect(renderProgress(made, PLAIN_PAGE)).toBe(line)
})

test('a narrow terminal has a short line', () => {
  const line = renderProgress(loadSceneOf(), { ...PLAIN_PAGE, width: 30 })
  expect(line).toBe('sending ████████████████░░░░…')
})
