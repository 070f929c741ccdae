import { expect, test } from 'vitest'
import { Expectations } from './expectations.ts'

test('expectations are met when as many creations and all deletions were seen', () => {
  const expectations = new Expectations()
  expect(expectations.areMet('a', 0)).toBe(true)
  expectations.expect('a', 0, { creations: 1 })
  expectations.expect('a', 0, { creations: 1, deletions: ['x'] })
  expectations.creationSeen('a')
  expectations.deletionSeen('a', 'x')
  expectations.deletionSeen('a', 'stranger')
  expect(expectations.areMet('a', 0)).toBe(false)
  expectations.creationSeen('a')
  expect(expectations.areMet('a', 0)).toBe(true)
  expectations.creationSeen('a')
  expectations.expect('a', 0, { deletions: ['y'] })
  expect(expectations.areMet('a', 0)).toBe(false)
})

test('what is not seen for five minutes was lost', () => {
  const expectations = new Expectations()
  expectations.expect('a', 1_000, { creations: 1 })
  expect(expectations.areMet('a', 300_999)).toBe(false)
  expect(expectations.areMet('a', 301_000)).toBe(true)
  expectations.expect('a', 301_000, { creations: 1 })
  expectations.creationSeen('a')
  expect(expectations.areMet('a', 301_000)).toBe(true)
})
