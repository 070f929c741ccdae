import { expect, test } from 'vitest'
import { PLAIN_PAGE, type LoadView } from '../load-view.ts'
import { LOAD_VIEWS } from '../load-views.ts'
import { ANSI_STYLE } from '../style.ts'
import { TUI_VIEW } from './tui-view.ts'
import {
  loadMomentsOf,
  loadResultOf,
  loadSceneOf,
  TROUBLED,
  type MadeUpLoad,
} from './testing/load-result-builder.ts'

const NOT_SENT: MadeUpLoad = {
  records: {
    100: { outcome: 'not-sent', sentAt: 0, firstByteAt: 0, status: 0, bytesReceived: 0 },
  },
  generator: { impediments: ['other programs took the processor for 31 % of the run'] },
}
const USERS: MadeUpLoad = { requests: 200, description: { users: 16, workers: 2 } }
const NOBODY_THERE: MadeUpLoad = {
  requests: 3,
  records: Object.fromEntries(
    [0, 1, 2].map((sequence) => [
      sequence,
      {
        outcome: 'connect-refused',
        errno: 'ECONNREFUSED',
        sentAt: 0,
        firstByteAt: 0,
        status: 0,
        bytesReceived: 0,
      },
    ]),
  ),
}

function textOf(view: LoadView, load: MadeUpLoad, page = PLAIN_PAGE): string {
  const result = loadResultOf(load)
  return [
    view.header?.(result.description, page) ?? '',
    view.columns?.(page) ?? '',
    ...loadMomentsOf(load).map((moment) => view.row?.(moment, page) ?? ''),
    view.summary?.(result, page) ?? '',
  ].join('')
}

const NAMES = Object.keys(LOAD_VIEWS)

test.each(NAMES)('what impeded the generator is in the report, or known not to be: %s', (name) => {
  const view = LOAD_VIEWS[name]!
  const hasReason = textOf(view, NOT_SENT).includes('other programs took the processor')
  expect(hasReason).toBe(view.omitsImpediments !== true)
})

test.each(NAMES)('a run with drops as %s', async (name) => {
  await expect(textOf(LOAD_VIEWS[name]!, TROUBLED)).toMatchFileSnapshot(`golden/${name}.txt`)
})

test.each(NAMES)('a generator that was not up to its plan as %s', async (name) => {
  await expect(textOf(LOAD_VIEWS[name]!, NOT_SENT)).toMatchFileSnapshot(
    `golden/${name}.not-sent.txt`,
  )
})

test('a generator that was impeded is never green', () => {
  const impeded: MadeUpLoad = { generator: { impediments: ['It stood still for 1300 ms.'] } }
  expect(textOf(LOAD_VIEWS['rows']!, impeded)).toContain(
    'INCONCLUSIVE  0 of 500 requests dropped; the generator was impeded',
  )
})

test.each(NAMES)('a closed loop as %s', async (name) => {
  await expect(textOf(LOAD_VIEWS[name]!, USERS)).toMatchFileSnapshot(`golden/${name}.users.txt`)
})

test.each(NAMES)('a server that is not there as %s', async (name) => {
  const text = textOf(LOAD_VIEWS[name]!, NOBODY_THERE)
  expect(text).not.toMatch(/NaN|Infinity|undefined/)
  await expect(text).toMatchFileSnapshot(`golden/${name}.refused.txt`)
})

test.each(NAMES)('a run without a single request as %s has no figure that is none', (name) => {
  const text = textOf(LOAD_VIEWS[name]!, { requests: 0 })
  expect(text).not.toMatch(/NaN|Infinity|undefined/)
})

test.each(['rows', 'tui'])('%s fits a narrow terminal', (name) => {
  for (const width of [120, 100, 80, 60, 50]) {
    const text = textOf(LOAD_VIEWS[name]!, TROUBLED, { ...PLAIN_PAGE, width })
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width)
  }
})

test('rows on a narrow terminal', async () => {
  const page = { ...PLAIN_PAGE, width: 60 }
  await expect(textOf(LOAD_VIEWS['rows']!, TROUBLED, page)).toMatchFileSnapshot(
    'golden/rows.narrow.txt',
  )
})

test('colours change nothing but the colours', () => {
  const sequence = new RegExp(String.raw`\u001B\[\d+m`, 'g')
  for (const name of ['rows', 'tui']) {
    const view = LOAD_VIEWS[name]!
    const coloured = textOf(view, TROUBLED, { ...PLAIN_PAGE, style: ANSI_STYLE })
    expect(coloured).not.toBe(textOf(view, TROUBLED))
    expect(coloured.replaceAll(sequence, '')).toBe(textOf(view, TROUBLED))
  }
})

test.each(['json', 'ndjson'])('every line or the whole of %s is JSON', (name) => {
  const text = textOf(LOAD_VIEWS[name]!, TROUBLED)
  const parts = name === 'json' ? [text] : text.trimEnd().split('\n')
  const objects = parts.map((part): unknown => JSON.parse(part))
  expect(objects.at(-1)).toMatchObject({
    schema: 'hitless.load/v1',
    planned: 500,
    outcomes: { ok: 495, 'eof-reused': 2, 'reset-reused': 1, status: 2 },
    statuses: { 200: 495, 503: 2 },
    latency: { p50: expect.any(Number), p999: expect.any(Number) },
    fromSend: { p50: expect.any(Number), p999: expect.any(Number) },
    lanes: { new: { planned: 100 }, reused: { planned: 400, dropped: 5 } },
    connections: { opened: expect.any(Number), closedIdle: 2 },
    generator: { latenessMs: { p99: 1.2 } },
  })
  if (name === 'json') return
  const kinds = ['plan', ...Array<string>(5).fill('second'), 'summary']
  expect(objects).toMatchObject(kinds.map((kind) => ({ kind })))
})

test.each([
  [100, 24],
  [60, 16],
  [30, 8],
])('the dashboard fits a terminal of %d by %d', async (width, height) => {
  const frame = TUI_VIEW.frame!(loadSceneOf(TROUBLED), { ...PLAIN_PAGE, width, height })
  const lines = frame.trimEnd().split('\n')
  expect(lines.length).toBeLessThan(height)
  for (const line of lines) expect(line.length, line).toBeLessThan(width)
  await expect(frame).toMatchFileSnapshot(`golden/tui.frame-${width}.txt`)
})
