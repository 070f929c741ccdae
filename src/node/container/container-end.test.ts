import { expect, test } from 'vitest'
import { endOfProcess } from './container-end.ts'

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`).join('\n')

test.each([
  ['few', lines(1, 3), lines(1, 3)],
  ['more than 80', `${lines(1, 100)}\n`, `${lines(21, 100)}\n`],
  ['more than 80, the last without its end', lines(1, 100), lines(21, 100)],
])('of its last output the message has 80 lines at most: %s', (_name, lastOutput, message) => {
  const instance = { id: 'id', restart: 0, startedWall: '2026-01-01T00:00:00Z', startedAt: 0 }
  const end = endOfProcess(
    { name: 'app', image: 'app:v1', terminationMessagePolicy: 'FallbackToLogsOnError' },
    instance,
    { exitCode: 1, lastOutput },
    { endedAt: 1, endedWall: '2026-01-01T00:00:01Z' },
  )
  expect(end.message).toBe(message)
})
