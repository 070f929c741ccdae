import { expect, test } from 'vitest'
import { LoadTally } from '../../timeline/load-tally.ts'
import { leftReport } from './left-report.ts'

test.each([
  [1_200, '1,200 of 1,200 planned requests are in no figure.'],
  [undefined, 'what was under way is in no figure.'],
])('of a load that is left with %j planned, what is missing is told', (planned, told) => {
  const { impediments } = leftReport(new LoadTally(), planned)
  expect(impediments).toEqual([`It was left at a second Ctrl-C; ${told}`])
})
