import { expect, test } from 'vitest'
import { parseEvent } from './events.ts'
import { describeJudgement, judgeLife } from './judgement.ts'

const EXPECTED = ['0 app starts', '4000 Ready']
const ON_TIME = 25

test.each([
  ['on time', ['20 app starts', '4030 Ready'], ON_TIME, 'agreed within 30 ms'],
  ['as late as it may be', ['20 app starts', '4220 Ready'], ON_TIME, 'agreed within 220 ms'],
  [
    'later than the machine was',
    ['20 app starts', '4226 Ready'],
    ON_TIME,
    'off: Ready is 226 ms late, the machine 25 ms',
  ],
  ['late because a timer was', ['20 app starts', '4290 Ready'], 110, 'agreed within 290 ms'],
  [
    'a period late on a machine that was a little late',
    ['140 app starts', '5000 Ready'],
    230,
    'off: Ready is 1000 ms late, the machine 230 ms',
  ],
  [
    'a period late on a machine that stood still',
    ['20 app starts', '7000 Ready'],
    620,
    'not judged: the machine was late by 620 ms',
  ],
  [
    'started late',
    ['500 app starts', '4100 Ready'],
    505,
    'not judged: the machine was late by 505 ms',
  ],
  ['too early', ['20 app starts', '3900 Ready'], ON_TIME, 'off: Ready is 100 ms early'],
  [
    'without an event on a machine that stood still',
    ['20 app starts'],
    620,
    'not judged: the machine was late by 620 ms',
  ],
  ['without an event', ['20 app starts'], ON_TIME, 'off: Ready is missing'],
  [
    'with one more',
    ['20 app starts', '1000 app exits 1', '4030 Ready'],
    ON_TIME,
    'off: app exits 1 at 1000 ms is not in the table',
  ],
])('a life %s', (_, lines, lateMs, told) => {
  const judgement = judgeLife({ expected: EXPECTED }, lines.map(parseEvent), lateMs)
  expect(describeJudgement(judgement)).toBe(told)
})
