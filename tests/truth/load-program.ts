/**
 * One run of the engine in a process of its own, which the test may have put under limits.
 *
 *   node load-program.ts '{"plan": …, "serves": true}'
 *
 * With `serves` it also has the server, on 127.0.0.1, so that both are in the same network namespace.
 * Prints a `ProgramResult`.
 */
import { startLoad } from '../../src/load/engine.ts'
import type { LoadPlan } from '../../src/load/plan.ts'
import { accountFor, Collected } from '../../src/load/testing/load-run.ts'
import { answerWell, LyingServer } from '../../src/load/testing/lying-server.ts'
import type { Outcome } from '../../src/timeline/outcome.ts'
import { liveClock } from '../../src/world/live/clock.ts'
import { liveNetwork } from '../../src/world/live/network.ts'

export interface ProgramInput {
  readonly plan: LoadPlan
  readonly serves: boolean
}

export interface ProgramResult {
  readonly planned: number
  readonly outcomes: Partial<Record<Outcome, number>>
  readonly errnos: readonly string[]
  /** What the accounts do not add up to. */
  readonly faults: readonly string[]
  readonly served: Partial<Record<Outcome, number>>
}

async function run({ plan, serves }: ProgramInput): Promise<ProgramResult> {
  const server = new LyingServer(answerWell)
  const target = serves ? { ...plan.target, port: await server.listen() } : plan.target
  const collected = new Collected()
  const world = { clock: liveClock(), network: liveNetwork() }
  const generator = startLoad(world, { ...plan, target }, collected)
  await generator.start()
  const { planned } = await generator.finished
  if (serves) await server.close()
  const errnos = new Set(
    collected.records.map(({ errno }) => errno).filter((errno) => errno !== undefined),
  )
  return {
    planned,
    outcomes: collected.outcomes,
    errnos: [...errnos],
    faults: accountFor(collected, planned),
    served: server.deeds,
  }
}

const input: ProgramInput = JSON.parse(process.argv[2] ?? '{}')
process.stdout.write(JSON.stringify(await run(input)))
