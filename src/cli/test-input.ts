import { HitlessError } from '../base/error.ts'
import type { SourcedObject } from '../api/sourced-object.ts'
import type { Deployment } from '../api/workload.ts'
import { readInput } from '../manifest/input-reader.ts'
import type { Input } from '../manifest/input.ts'
import { readManifests } from '../manifest/manifest-reader.ts'
import type { Settings } from '../manifest/settings.ts'
import type { Files } from '../world/files.ts'
import { formatFinding } from './print-error.ts'
import { type TestFlags, withFlags } from './test-options.ts'

export interface TestInput {
  readonly input: Input
  readonly deployment: Deployment
  /** What `change.manifests` holds; empty for another change. */
  readonly changedObjects: readonly SourcedObject[]
}

/** Reads and checks all input of `hitless test`; throws HitlessError (exit code 2) with every error found. */
export async function readTestInput(
  files: Files,
  path: string,
  flags: TestFlags,
): Promise<TestInput> {
  const input = await readInput(files, path, {
    currentDirectory: process.cwd(),
    adjustSettings: (settings) => withFlags(settings, flags),
  })
  const errors = input.findings.filter(({ severity }) => severity === 'error')
  const others = input.findings.filter(({ severity }) => severity !== 'error')
  for (const finding of others) process.stderr.write(`${formatFinding(finding)}\n`)
  if (errors.length > 0) {
    throw new HitlessError('bad-input', `${path} cannot be run`, { exitCode: 2, findings: errors })
  }
  const { change } = input.settings
  return {
    input,
    deployment: deploymentUnderTest(input),
    changedObjects:
      change.kind === 'manifests' ? (await readManifests(files, change.path)).objects : [],
  }
}

/** The Deployment that the change names, or the only one. The checks before have made sure that there is one. */
function deploymentUnderTest({ objects, settings }: Input): Deployment {
  const deployments = objects
    .map(({ object }) => object)
    .filter((object): object is Deployment => object.kind === 'Deployment')
  const name = deploymentNameOf(settings)
  const found = deployments.find(({ metadata }) => name === undefined || metadata.name === name)
  if (found !== undefined) return found
  throw new HitlessError('no-deployment', `there is no deployment/${name ?? ''} to change`, {
    exitCode: 2,
    hint: `The manifests have: ${deployments.map(({ metadata }) => metadata.name).join(', ') || 'none'}.`,
  })
}

function deploymentNameOf({ change }: Settings): string | undefined {
  const name = change.kind === 'manifests' ? undefined : change.deployment
  return name === '' ? undefined : name
}
