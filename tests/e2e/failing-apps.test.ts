import { expect, test } from 'vitest'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'
import { SAMPLE, edited, writeSample } from './sample.ts'

interface FailingApp {
  readonly what: string
  readonly files: Readonly<Record<string, string | undefined>>
  readonly says: readonly RegExp[]
}

const withDeadline = (text: string) =>
  text.replace('  replicas: 1\n', '  replicas: 1\n  progressDeadlineSeconds: 5\n')

const SECOND_CONTAINER = `        - name: twin
          image: web:v1
`

/** Apps that never become ready: the run ends with the reason and what the app said last. */
const FAILING_APPS: readonly FailingApp[] = [
  {
    what: 'an app that crashes at once',
    files: { 'server.mjs': "console.error('no database here')\nprocess.exit(7)\n" },
    says: [/CrashLoopBackOff/, /exit code 7/, /no database here/, /progress deadline/],
  },
  {
    what: 'a command that is not found',
    files: edited('hitless.yaml', '[node, server.mjs]', '[no-such-program]'),
    says: [/no-such-program/],
  },
  {
    what: 'a readiness probe that never passes',
    files: {
      'server.mjs': (SAMPLE['server.mjs'] ?? '').replace(
        "response.end('hello')",
        "response.writeHead(503).end('starting')",
      ),
    },
    says: [/not ready/, /progress deadline/],
  },
  {
    what: 'a port that another container of the pod has taken',
    files: {
      'deployment.yaml': `${SAMPLE['deployment.yaml']}${SECOND_CONTAINER}`,
    },
    says: [/EADDRINUSE/],
  },
]

for (const { what, files, says } of FAILING_APPS) {
  test(`${what} ends the run with its reason and exit code 3`, async () => {
    const before = await takeTraces()
    await inTemporaryDirectory(async (directory) => {
      const deployment = withDeadline(files['deployment.yaml'] ?? SAMPLE['deployment.yaml'] ?? '')
      await writeSample(directory, { ...files, 'deployment.yaml': deployment })
      const run = await runHitless(['test', '.', '--timeout', '30s'], { cwd: directory })
      const printed = run.stdout + run.stderr
      for (const pattern of says) expect(printed).toMatch(pattern)
      expect(printed).toMatch(/^INCONCLUSIVE/m)
      expect(run.exitCode).toBe(3)
    })
    expect(await newTraces(before)).toEqual(NO_TRACES)
  })
}

test('the timeout ends a run that would take longer', async () => {
  await inTemporaryDirectory(async (directory) => {
    await writeSample(directory, edited('hitless.yaml', 'baseline: 1s', 'baseline: 10m'))
    const run = await runHitless(['test', '.', '--timeout', '4s'], { cwd: directory })
    expect(run.stdout + run.stderr).toMatch(/timeout/)
    expect(run.exitCode).toBe(3)
  })
})
