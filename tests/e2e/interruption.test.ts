import { readFile, readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { NO_TRACES, newTraces, takeTraces } from './leftovers.ts'
import { inTemporaryDirectory, runHitless } from './run-hitless.ts'
import { SAMPLE, writeSample } from './sample.ts'

/** Ctrl-C when the output first shows `seen`. */
const PHASES: readonly { readonly phase: string; readonly seen: RegExp }[] = [
  { phase: 'start', seen: /engine/ },
  { phase: 'baseline', seen: /baseline/ },
  { phase: 'rollout', seen: /(restart|Killing)/ },
]

const LONG = { 'hitless.yaml': (SAMPLE['hitless.yaml'] ?? '').replace('settle: 1s', 'settle: 30s') }

for (const { phase, seen } of [...PHASES, { phase: 'settle', seen: /rollout complete/ }]) {
  test(`Ctrl-C in the ${phase} phase stops everything and exits with 130`, async () => {
    const before = await takeTraces()
    await inTemporaryDirectory(async (directory) => {
      await writeSample(directory, LONG)
      let interrupted = false
      const run = await runHitless(['test', '.'], {
        cwd: directory,
        timeoutMs: 60_000,
        onOutput: (printed, processId) => {
          const afterHeader = printed
            .split('\n')
            .slice(phase === 'start' ? 0 : 5)
            .join('\n')
          if (interrupted || !seen.test(afterHeader)) return
          interrupted = true
          process.kill(processId, 'SIGINT')
        },
      })
      expect(interrupted, run.stdout + run.stderr).toBe(true)
      expect(run.exitCode, run.stdout + run.stderr).toBe(130)
    })
    expect(await newTraces(before)).toEqual(NO_TRACES)
  })
}

test('kill -9 leaves nothing behind, and the next run works', async () => {
  const before = await takeTraces()
  await inTemporaryDirectory(async (directory) => {
    await writeSample(directory)
    await runHitless(['test', '.'], {
      cwd: directory,
      onOutput: (printed, processId) => {
        if (/baseline/.test(printed.split('\n').slice(5).join('\n')))
          process.kill(processId, 'SIGKILL')
      },
    })
    await eventually(async () => expect(await newTraces(before)).toEqual(NO_TRACES))
    const [cutOff] = await readdir(`${directory}/.hitless/runs`)
    expect(await readFile(`${directory}/.hitless/runs/${cutOff}/facts.jsonl`, 'utf8')).not.toBe('')
    const next = await runHitless(['test', '.'], { cwd: directory })
    expect(next.exitCode, next.stdout + next.stderr).toBe(0)
  })
})

/** The kernel takes a moment to end a PID namespace. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await check()
    } catch (error) {
      if (attempt === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
