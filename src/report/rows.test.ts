import { expect, test } from 'vitest'
import { WIDTH } from './layout.ts'
import { type RowInput, renderRow, renderRowHeader } from './rows.ts'
import { ANSI_STYLE, PLAIN_STYLE } from './style.ts'

const ROW: RowInput = {
  second: 11,
  planned: 200,
  sent: 200,
  notSent: 0,
  ok: 197,
  dropped: 3,
  connectionsOpen: 33,
  latencyMs: { p50: 0.9, p99: 3.1, max: 12.44 },
  ready: { pods: 3, desired: 4 },
  event: 'Killing websample-6d8f-x2x1p',
}

test('the columns of a row stand under their names', () => {
  expect([renderRowHeader(PLAIN_STYLE), renderRow(ROW, PLAIN_STYLE)].join('\n')).toBe(
    [
      '  time  conns  sent    ok  drop   goal     p50     p99     max  ready  event',
      '   11s     33   200   197     3  100 %   0.9ms   3.1ms  12.4ms    3/4  Killing websample-6d8f-x2x1p',
    ].join('\n'),
  )
})

test('a second without an answer, pods or events has dashes and no space at its end', () => {
  const { latencyMs: _none, ready: _noneToo, event: _nor, ...bare } = ROW
  expect(renderRow({ ...bare, second: 3, planned: 0, sent: 0 }, PLAIN_STYLE)).toBe(
    '    3s     33     0   197     3  100 %       -       -       -      -',
  )
})

test('a long event is cut at the edge of the screen', () => {
  const row = renderRow({ ...ROW, event: 'x'.repeat(300) }, PLAIN_STYLE)
  expect(row).toHaveLength(WIDTH)
  expect(row.endsWith('…')).toBe(true)
})

test('drops are red and a missed goal is yellow', () => {
  const row = renderRow({ ...ROW, sent: 150, notSent: 50 }, ANSI_STYLE)
  expect(row).toContain(ANSI_STYLE.red('     3'))
  expect(row).toContain(ANSI_STYLE.yellow('   75 %'))
})
