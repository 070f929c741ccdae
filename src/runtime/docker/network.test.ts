import { expect, test } from 'vitest'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { EngineError } from './engine.ts'
import { closeNetwork } from './network.ts'

/** What the engine says to the first, second … removal of the network; to later ones nothing. */
async function closeWith(answers: readonly EngineError[]) {
  const clock = newVirtualClock()
  const warnings: string[] = []
  let calls = 0
  const engine = {
    callIfThere: async () => {
      const answer = answers[calls++]
      if (answer !== undefined) throw answer
    },
  }
  const closed = closeNetwork(
    {
      engine,
      clock,
      files: { remove: () => Promise.resolve() },
      onWarning: (warning) => warnings.push(warning),
    },
    { id: 'net' },
  )
  await clock.advance(20_000)
  await closed
  return { warnings, timers: clock.timerCount }
}

const used = new EngineError(
  403,
  'error while removing network: network a id b has active endpoints',
)
const other = new EngineError(500, 'no space left on device')

test('a network that containers are about to leave is removed when they have', async () => {
  expect(await closeWith([])).toEqual({ warnings: [], timers: 0 })
  expect(await closeWith([used, used, used])).toEqual({ warnings: [], timers: 0 })
})

test('one that they do not leave, or that cannot be removed, is told', async () => {
  const told = 'something of hitless could not be removed from Docker: '
  const always = Array.from({ length: 200 }, () => used)
  expect(await closeWith(always)).toEqual({ warnings: [told + used.message], timers: 0 })
  expect(await closeWith([other, other])).toEqual({ warnings: [told + other.message], timers: 0 })
})
