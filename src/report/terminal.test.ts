import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT, type Script } from '../../tests/recording-script.ts'
import { NOT_SENT, SEVERAL_CAUSES, WITHOUT_PRE_STOP } from '../../tests/report-scripts.ts'
import { judge } from '../verdict/judge.ts'
import { renderHeader } from './header.ts'
import { WIDTH } from './layout.ts'
import { ANSI_STYLE, PLAIN_STYLE } from './style.ts'
import { renderVerdict } from './terminal.ts'

function screenOf(script: Script, style = PLAIN_STYLE): string {
  const recording = recordingOf(script)
  return [
    renderHeader(recording.run, style),
    renderVerdict({
      verdict: judge(recording),
      run: recording.run,
      style,
      recordingDirectory: '.hitless/runs/2026-11-21T09-30-00.000Z',
    }),
  ].join('\n')
}

test.each([
  ['proven', GOOD_ROLLOUT],
  ['dropped', WITHOUT_PRE_STOP],
  ['several-causes', SEVERAL_CAUSES],
  ['inconclusive', NOT_SENT],
] as const)('the screen of a run that is %s', async (name, script) => {
  const screen = screenOf(script)
  await expect(screen).toMatchFileSnapshot(`golden/${name}.txt`)
  for (const line of screen.split('\n')) {
    expect(line.length, line).toBeLessThanOrEqual(WIDTH)
    expect(line, 'no space at the end').toBe(line.trimEnd())
  }
})

test('without a request there is no count of drops', () => {
  const screen = screenOf({
    ...GOOD_ROLLOUT,
    run: { cutShort: { reason: 'interrupted', message: 'The run was interrupted.' } },
    withoutPhases: ['rollout', 'settle', 'stop'],
  })
  expect(screen).toContain('\nINCONCLUSIVE  no request was sent during a rollout, and nothing')
})

test('colours change nothing but the colours', () => {
  // The sequences of ANSI_STYLE, and nothing else, are taken out.
  const sequence = new RegExp(String.raw`\u001B\[\d+m`, 'g')
  const coloured = screenOf(SEVERAL_CAUSES, ANSI_STYLE)
  expect(coloured).not.toBe(screenOf(SEVERAL_CAUSES))
  expect(coloured.replaceAll(sequence, '')).toBe(screenOf(SEVERAL_CAUSES))
})

test('allowed drops are told beside the proof', () => {
  const script = { ...WITHOUT_PRE_STOP, run: { expect: { droppedMax: 3 } } }
  expect(screenOf(script)).toContain(
    '\nPROVEN  3 of 240 requests dropped during the rollout, 3 allowed\n',
  )
})

test.each([
  [{ strategy: 'Recreate' }, '(strategy Recreate)'],
  [{}, '(maxSurge 25 % = 1, maxUnavailable 25 % = 0)'],
] satisfies [Partial<Script>, string][])('the header tells the arithmetic of %j', (over, words) => {
  expect(renderHeader(recordingOf({ ...GOOD_ROLLOUT, ...over }).run, PLAIN_STYLE)).toContain(words)
})

test('the header tells the objects that are not run', () => {
  const { run } = recordingOf(GOOD_ROLLOUT)
  const notRun = ['Ingress/web (k8s/ingress.yaml:1:1)']
  expect(renderHeader({ ...run, notRun }, PLAIN_STYLE)).toContain(`not run  ${notRun[0]}\n`)
  expect(renderHeader(run, PLAIN_STYLE)).not.toContain('not run')
})

test('the header tells how long kept connections are used', () => {
  const { run } = recordingOf(GOOD_ROLLOUT)
  const lanes = [{ lane: 'reused', share: 1, connections: 16, connectionAgeMsMax: 10_000 }]
  const aged = { ...run, load: { ...run.load, lanes } }
  expect(renderHeader(aged, PLAIN_STYLE)).toContain('reused connections 100 % (replaced after 10s)')
})
