import { expect, test } from 'vitest'
import { requireNode } from './node-version.ts'

test('an older Node is told which one is needed', () => {
  expect(() => requireNode('20.20.2')).toThrow(
    'hitless needs Node 24 or later, and this is Node 20.20.2',
  )
})

test.each(['24.0.0', '26.1.0', undefined])('Node %s is new enough', (version) => {
  expect(() => requireNode(version)).not.toThrow()
})
