import { afterAll, beforeAll, describe } from 'vitest'
import type { Runtime } from '../../src/runtime/runtime.ts'
import { RuntimeBench } from './runtime-bench.ts'
import { describeRuntimeProcesses } from './runtime-process-contract.ts'
import { describeRuntimeRoot } from './runtime-root-contract.ts'

/** What a Runtime promises that can give containers files, users and limits of their own. */
export function describeContainers(
  name: string,
  makeRuntime: (onWarning: (message: string) => void) => Promise<Runtime>,
): void {
  describe(`containers of the ${name} runtime`, () => {
    let bench: RuntimeBench
    const warnings: string[] = []
    beforeAll(async () => {
      bench = new RuntimeBench(await makeRuntime((message) => warnings.push(message)))
    })
    afterAll(() => bench.stop(), 60_000)

    describe('files', () => describeRuntimeRoot(() => bench))
    describe('processes', () => describeRuntimeProcesses(() => bench, warnings))
  })
}
