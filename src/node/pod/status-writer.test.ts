import { expect, test } from 'vitest'
import type { PodStatus } from '../../api/pod.ts'
import type { Client } from '../../client/client.ts'
import type { FactBody } from '../../timeline/fact.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { StatusWriter } from './status-writer.ts'

/** A writer whose API server refuses the first `refusals` writes. */
function writer(refusals: number) {
  const clock = newVirtualClock()
  const facts: FactBody[] = []
  const written: (string | undefined)[] = []
  let tries = 0
  const calls = {
    patch: async (_kind: string, _name: unknown, { status }: { readonly status: PodStatus }) => {
      if (tries++ < refusals) throw new Error('the disk is full')
      written.push(status.phase)
    },
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a writer makes no other call
  const client = calls as unknown as Client
  const recorder = { record: (fact: FactBody) => void facts.push(fact) }
  const pod = { namespace: 'shop', name: 'web-1', uid: 'uid-1' }
  const subject = new StatusWriter({ client, clock, recorder }, pod)
  return { clock, subject, facts, written, tries: () => tries }
}

test('a status that is refused is offered again until it is taken', async () => {
  const { clock, subject, written, tries } = writer(3)
  subject.write({ phase: 'Running' })
  await clock.advance(10_000)
  expect([written, tries()]).toEqual([['Running'], 4])
})

test('after 60 refusals in a row it gives up, says so, and writes what comes next', async () => {
  const { clock, subject, facts, written, tries } = writer(60)
  subject.write({ phase: 'Running' })
  await clock.advance(600_000)
  await subject.flush()
  expect(tries()).toBe(60)
  expect(facts).toEqual([
    {
      kind: 'bound-reached',
      what: 'tries to write the status of pod shop/web-1',
      limit: 60,
    },
  ])
  expect(clock.timerCount).toBe(0)
  subject.write({ phase: 'Failed' })
  await clock.advance(0)
  expect(written).toEqual(['Failed'])
})
