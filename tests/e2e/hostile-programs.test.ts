import { expect, test } from 'vitest'
import { HOSTILE_PROGRAMS, moreThan, runHostilePods } from '../support/hostile-pods.ts'
import { newTraces, takeTraces } from './leftovers.ts'

/** `npm run bench:leaks` does the same with a thousand pods. */
const ROUNDS = 3

/** How far each gets in 2.5 s; a hook or a probe that hangs holds up nothing else. */
const SEEN: Readonly<Record<string, RegExp>> = {
  'exits-at-once': /^(running|Completed|CrashLoopBackOff)$/,
  'missing-binary': /^(StartError|CrashLoopBackOff|RunContainerError)$/,
  'post-start-hangs': /^ContainerCreating$/,
}

test(
  'programs that hang, fork, flood and ignore leave nothing behind',
  { timeout: 170_000 },
  async () => {
    const traces = await takeTraces()
    const { before, after, seen } = await runHostilePods(ROUNDS)
    for (const kind of Object.keys(HOSTILE_PROGRAMS)) {
      for (const state of seen.get(kind) ?? ['not seen']) {
        expect(`${kind}: ${state}`).toMatch(
          new RegExp(`^${kind}: ${(SEEN[kind] ?? /^running$/).source.slice(1)}`),
        )
      }
    }
    expect(moreThan(before, after)).toEqual([])
    const { strangers, mounts } = await newTraces(traces)
    expect({ strangers, mounts }).toEqual({ strangers: [], mounts: [] })
  },
)
