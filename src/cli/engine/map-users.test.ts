import { expect, test } from 'vitest'
import { grantedRanges, rangesMap, sameNumbers } from './map-users.ts'

test('every user of this namespace keeps its number in the one below', () => {
  expect(sameNumbers('         0          0 4294967295\n')).toBe('0 0 4294967295\n')
  expect(sameNumbers('0 100000 65536\n70000 300000 1\n')).toBe('0 0 65536\n70000 70000 1\n')
})

test('an ordinary user is root, and the users that are granted to it follow', () => {
  const text = 'other:1:2\nada:100000:65536\n\n# none\n1000:500000:10\nada:x:5\nada:9:0\n'
  const granted = grantedRanges(text, { name: 'ada', uid: 1000 })
  expect(granted).toEqual([
    { start: 100_000, count: 65_536 },
    { start: 500_000, count: 10 },
  ])
  expect(rangesMap(1000, granted)).toEqual([
    [0, 1000, 1],
    [1, 100_000, 65_536],
    [65_537, 500_000, 10],
  ])
  expect(grantedRanges(text, { name: '', uid: 7 })).toEqual([])
})
