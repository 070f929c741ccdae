import { expect, test } from 'vitest'
import { contentHash } from './content-hash.ts'

test('the same text has the same hash, of 16 hex digits', () => {
  expect(contentHash('')).toBe('811C9DC5811C9DC5')
  // The first half is FNV-1a: http://www.isthe.com/chongo/src/fnv/test_fnv.c
  expect(contentHash('foobar').slice(0, 8)).toBe('BF9CF968')
  expect(contentHash('foobar')).toBe(contentHash('foobar'))
})

test('a small change makes another hash', () => {
  const hashes = ['foobar', 'foobas', 'gooba', 'raboof', 'foobar '].map(contentHash)
  expect(new Set(hashes).size).toBe(hashes.length)
})
