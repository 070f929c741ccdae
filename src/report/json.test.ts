import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT } from '../../tests/recording-script.ts'
import { NOT_SENT, SEVERAL_CAUSES, WITHOUT_PRE_STOP } from '../../tests/report-scripts.ts'
import { judge } from '../verdict/judge.ts'
import { formatJsonReport } from './json.ts'

const PAGE = readFileSync(new URL('../../docs/reference/report-json.md', import.meta.url), 'utf8')

function reportOf(script: Parameters<typeof recordingOf>[0]): string {
  const recording = recordingOf(script)
  return formatJsonReport(judge(recording), recording.run)
}

function reportOfTls(expected: readonly string[]): string {
  const recording = recordingOf(GOOD_ROLLOUT)
  const tls = { isVerified: true }
  const load = { ...recording.run.load, protocol: 'http2', tls, expected }
  return formatJsonReport(judge(recording), { ...recording.run, load })
}

test('the JSON report of a run with drops', async () => {
  await expect(reportOf(WITHOUT_PRE_STOP)).toMatchFileSnapshot('golden/dropped.json')
})

test('the example of the documentation is the report that this version writes', () => {
  const [, example] = /```json\n([^]*?)```/.exec(PAGE) ?? []
  expect(example).toBe(reportOf(WITHOUT_PRE_STOP))
})

/** Keys of this object are names of things, not of fields. */
const MAPS = new Set([
  'requests.outcomes',
  'requests.statuses',
  'requests.pods',
  'causes[].lanes',
  'windows[].causes',
])

test('every field of a report is documented, and every documented field occurs', () => {
  const cut = { ...NOT_SENT, phases: { stop: 15 } }
  const failing = { ...SEVERAL_CAUSES, run: { expect: { droppedMax: 1 } } }
  const reports = [
    ...[GOOD_ROLLOUT, WITHOUT_PRE_STOP, failing, cut].map(reportOf),
    reportOfTls(['status 200', 'a body of 5 bytes']),
  ]
  const found = new Set(reports.flatMap((report) => fieldsOf(JSON.parse(report), '')))
  const documented = [...PAGE.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, field]) => field ?? '')
  expect(documented.sort()).toEqual([...found].sort())
})

function fieldsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => fieldsOf(entry, `${path}[]`))
  if (typeof value !== 'object' || value === null || MAPS.has(path)) return []
  return Object.entries(value).flatMap(([key, entry]) => {
    const field = path === '' ? key : `${path}.${key}`
    return [field, ...fieldsOf(entry, field)]
  })
}
