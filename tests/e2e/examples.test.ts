import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory, readJson, runHitless } from './run-hitless.ts'

interface JsonReport {
  readonly verdict: string
  readonly requests: {
    readonly total: number
    readonly sent: number
    readonly dropped: number
    readonly outcomes: Readonly<Record<string, number>>
    readonly statuses: Readonly<Record<string, number>>
  }
  readonly causes: readonly {
    readonly id: string
    readonly requests: number
    readonly location?: { readonly file: string; readonly line: number }
    readonly samples: readonly Readonly<Record<string, unknown>>[]
  }[]
  readonly windows: readonly { readonly requests: number }[]
  readonly generator: { readonly latenessMsP99: number; readonly notSent: number }
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)

async function runExample(name: string): Promise<{
  exitCode: number | null
  report: JsonReport
  printed: string
}> {
  const before = await takeTraces()
  const result = await inTemporaryDirectory(async (directory) => {
    const json = join(directory, 'report.json')
    const args = ['test', `examples/${name}`, '--json', json, '--output', join(directory, 'run')]
    const run = await runHitless(args)
    const printed = run.stdout + run.stderr
    expect(run.exitCode, printed).not.toBeNull()
    const report: JsonReport = await readJson(json)
    return { exitCode: run.exitCode, report, printed }
  })
  expect(await newTraces(before)).toEqual(NO_TRACES)
  const { requests, windows } = result.report
  expect(sum(requests.outcomes)).toBe(requests.total)
  expect(windows.reduce((total, window) => total + window.requests, 0)).toBe(requests.dropped)
  return result
}

const causesOf = (report: JsonReport) => report.causes.map(({ id }) => id)

test('websample is proven hitless, and both versions answer', async () => {
  const { exitCode, report, printed } = await runExample('websample')
  expect(report.verdict, printed).toBe('proven')
  expect(exitCode).toBe(0)
  expect(report.requests.statuses['201']).toBeGreaterThan(0)
  expect(report.requests.statuses['202']).toBeGreaterThan(0)
  expect(printed).toMatch(/^PROVEN {2}0 of /m)
})

test('a graceful app without preStop drops requests to the endpoint propagation race', async () => {
  const { exitCode, report, printed } = await runExample('no-prestop')
  expect(report.verdict, printed).toBe('dropped')
  expect(exitCode).toBe(1)
  expect(causesOf(report)[0]).toBe('endpoint-propagation-race')
  expect(report.causes[0]?.location?.file).toBe('examples/no-prestop/deployment.yaml')
  expect(report.causes[0]?.location?.line).toBeGreaterThan(1)
  for (const sample of report.causes[0]?.samples ?? []) {
    expect(sample).toMatchObject({
      lane: expect.any(String),
      connection: expect.any(Number),
      endpoint: expect.any(String),
      pod: expect.any(String),
    })
  }
})

test('the same app with a preStop of 5 seconds is proven hitless', async () => {
  const { exitCode, report, printed } = await runExample('with-prestop')
  expect(report.verdict, printed).toBe('proven')
  expect(exitCode).toBe(0)
})

test('an app that exits at SIGTERM drops the requests it has in hand', async () => {
  const { exitCode, report, printed } = await runExample('slow-requests')
  expect(report.verdict, printed).toBe('dropped')
  expect(exitCode).toBe(1)
  expect(causesOf(report)[0]).toBe('exit-on-sigterm-inflight')
})

test('the Recreate strategy drops everything between the old and the new pods', async () => {
  const { exitCode, report, printed } = await runExample('recreate')
  expect(report.verdict, printed).toBe('dropped')
  expect(exitCode).toBe(1)
  expect(causesOf(report)[0]).toBe('recreate-strategy')
  expect(report.causes[0]?.location?.file).toBe('examples/recreate/deployment.yaml')
})
