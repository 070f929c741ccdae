import { expect, test } from 'vitest'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'
import { edited, writeSample } from './sample.ts'

interface Mistake {
  readonly what: string
  readonly files: Readonly<Record<string, string | undefined>>
  readonly flags?: readonly string[]
  /** All of these are printed. */
  readonly says: readonly RegExp[]
}

/** Input that can be known wrong before anything runs: exit code 2, the place, and what to do. */
const MISTAKES: readonly Mistake[] = [
  {
    what: 'a YAML syntax error',
    files: edited('deployment.yaml', 'kind: Deployment', 'kind: [Deployment'),
    says: [/deployment\.yaml:\d+:\d+ {2}error/, /yaml-syntax/],
  },
  {
    what: 'an unknown field, with a suggestion',
    files: edited('deployment.yaml', 'replicas: 1', 'replcas: 1'),
    says: [/deployment\.yaml:6:3 {2}error .*replcas/, /replicas/],
  },
  {
    what: 'a value of the wrong type',
    files: edited('deployment.yaml', 'replicas: 1', 'replicas: many'),
    says: [/deployment\.yaml:6:13 {2}error .*replicas/],
  },
  {
    what: 'a selector that does not match the template',
    files: edited('deployment.yaml', 'matchLabels: { app: web }', 'matchLabels: { app: other }'),
    says: [/deployment\.yaml:\d+:\d+ {2}error .*selector/],
  },
  {
    what: 'an image without a command',
    files: edited('hitless.yaml', '"web:*"', '"other:*"'),
    says: [/deployment\.yaml:\d+:\d+ {2}error .*web:v1/, /image-without-command/, /hitless\.yaml/],
  },
  {
    what: 'no Service to aim at',
    files: { 'service.yaml': undefined },
    says: [/no-target-service/, /Service/],
  },
  {
    what: 'an unknown key in hitless.yaml, with a suggestion',
    files: edited('hitless.yaml', 'baseline: 1s', 'baselin: 1s'),
    says: [/hitless\.yaml:7:1 {2}error .*baselin/, /baseline/],
  },
  {
    what: 'an image that is the same after the change',
    files: {},
    flags: ['--set-image', 'web=web:v1'],
    says: [/leaves deployment\/web as it is/],
  },
  {
    what: 'a container that is not there',
    files: {},
    flags: ['--set-image', 'app=web:v2'],
    says: [/app/, /web/],
  },
  { what: 'an unknown flag', files: {}, flags: ['--rat', '5'], says: [/--rat/, /--rate/] },
  { what: 'a rate that is no rate', files: {}, flags: ['--rate', 'fast'], says: [/--rate fast/] },
]

for (const { what, files, flags = [], says } of MISTAKES) {
  test(`${what} is told with its place and exit code 2`, async () => {
    await inTemporaryDirectory(async (directory) => {
      await writeSample(directory, files)
      const { exitCode, stdout, stderr } = await runHitless(['test', '.', ...flags], {
        cwd: directory,
      })
      for (const pattern of says) expect(stderr, stdout + stderr).toMatch(pattern)
      expect(stderr).not.toMatch(/\n\s+at /)
      expect(exitCode).toBe(2)
    })
  })
}

test('an empty directory is told with exit code 2', async () => {
  await inTemporaryDirectory(async (directory) => {
    const { exitCode, stderr } = await runHitless(['test', '.'], { cwd: directory })
    expect(stderr).toMatch(/no-manifests/)
    expect(exitCode).toBe(2)
  })
})

test('a path that does not exist is told with exit code 2', async () => {
  const { exitCode, stderr } = await runHitless(['test', 'no/such/place'])
  expect(stderr).toMatch(/no\/such\/place/)
  expect(exitCode).toBe(2)
})
