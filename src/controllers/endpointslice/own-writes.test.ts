import { expect, test } from 'vitest'
import { OwnWrites } from './own-writes.ts'

test('a version is ours whether the watch or the answer tells of it first', () => {
  const writes = new OwnWrites()
  writes.begin('a')
  expect(writes.isOwn('a', '7')).toBe(true)
  expect(writes.end('a', '7')).toBe(false)
  writes.begin('a')
  expect(writes.end('a', '9')).toBe(false)
  expect(writes.isOwn('a', '9')).toBe(true)
})

test("a version that somebody else wrote meanwhile is told when our write's answer comes", () => {
  const writes = new OwnWrites()
  writes.begin('a')
  expect(writes.isOwn('a', '7')).toBe(true)
  expect(writes.end('a', undefined)).toBe(true)
})

test('later versions, and other slices, are not ours', () => {
  const writes = new OwnWrites()
  writes.begin('a')
  writes.end('a', '7')
  expect(writes.isOwn('a', '8')).toBe(false)
  expect(writes.isOwn('b', '7')).toBe(false)
  writes.forget('a')
  expect(writes.isOwn('a', '7')).toBe(false)
})
