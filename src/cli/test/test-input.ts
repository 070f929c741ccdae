import { HitlessError } from '../../base/error.ts'
import type { SourcedObject } from '../../api/sourced-object.ts'
import type { Deployment } from '../../api/workload.ts'
import { deploymentUnderTest } from '../../experiment/deployment-under-test.ts'
import type { LoadTls } from '../../experiment/load-plan.ts'
import { readInput } from '../../manifest/input-reader.ts'
import type { Input } from '../../manifest/input.ts'
import { readManifests } from '../../manifest/manifest-reader.ts'
import type { Files } from '../../world/files.ts'
import { findUnsendable } from './load-check.ts'
import { readLoadFiles } from './load-files.ts'
import { formatFinding } from '../print-error.ts'
import { flagsGiven, type TestFlags, withFlags } from './test-options.ts'

export interface TestInput {
  readonly input: Input
  readonly loadTls?: LoadTls
  readonly deployment: Deployment
  /** What `change.manifests` holds; empty for another change. */
  readonly changedObjects: readonly SourcedObject[]
}

/** Reads and checks all input of `hitless test`; throws HitlessError (exit code 2) with every error found. */
export async function readTestInput(
  files: Files,
  path: string,
  flags: TestFlags,
  runtime: 'sandbox' | 'docker' | 'loopback' = 'sandbox',
): Promise<TestInput> {
  const read = await readInput(files, path, {
    currentDirectory: process.cwd(),
    adjustSettings: (settings) => withFlags(settings, flags),
    flags: flagsGiven(flags),
  })
  const { load, tls, findings: ofFiles } = readLoadFiles(read.settings.load, read.locations)
  const found = [...read.findings, ...ofFiles]
  // Where a value is wrong its default stands in, of which nothing is to be told.
  const isSound = !found.some(({ severity }) => severity === 'error')
  // Requests of the command line have no place in hitless.yaml.
  const unsendable = isSound
    ? findUnsendable(load, flags.request === undefined ? read.locations : {})
    : []
  const input = {
    ...read,
    settings: { ...read.settings, load },
    findings: [...found, ...unsendable],
  }
  // Docker runs images as they are, and needs no word about how.
  const findings = input.findings.filter(
    ({ code }) => runtime !== 'docker' || code !== 'image-without-command',
  )
  const errors = findings.filter(({ severity }) => severity === 'error')
  const others = findings.filter(({ severity }) => severity !== 'error')
  for (const finding of others) process.stderr.write(`${formatFinding(finding)}\n`)
  if (errors.length > 0) {
    throw new HitlessError('bad-input', `${path} cannot be run`, { exitCode: 2, findings: errors })
  }
  const { change } = input.settings
  const changedObjects =
    change.kind === 'manifests' ? (await readManifests(files, change.path)).objects : []
  return {
    input,
    ...(tls === undefined ? {} : { loadTls: tls }),
    deployment: deploymentUnderTest(change, input.objects, changedObjects),
    changedObjects,
  }
}
