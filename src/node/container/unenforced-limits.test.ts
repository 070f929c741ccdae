import { expect, test } from 'vitest'
import type { FactBody } from '../../timeline/fact.ts'
import { UnenforcedLimits } from './unenforced-limits.ts'

const of = (name: string) => ({
  pod: { namespace: 'default', name, uid: name },
  container: 'app',
})

test('each kind of limit is told once, with the first container that it hits', () => {
  const facts: FactBody[] = []
  const limits = new UnenforcedLimits({ record: (fact) => void facts.push(fact) }, 'node-1')
  limits.tell([], of('web-0'))
  limits.tell(['cpu'], of('web-1'))
  limits.tell(['memory', 'cpu'], of('web-2'))
  const kind = 'limit-not-enforced'
  expect(facts).toEqual([
    { kind, node: 'node-1', resource: 'cpu', ...of('web-1') },
    { kind, node: 'node-1', resource: 'memory', ...of('web-2') },
  ])
})
