import { expect, test } from 'vitest'
import { fuzz } from './fuzz-run.ts'

test('two thousand requests that are almost right are answered or refused, and none breaks anything', async () => {
  // More of them, and other ones: node scripts/fuzz-api.ts --requests 100000 --seed 2
  expect(await fuzz(1, 2_000)).toEqual([])
}, 120_000)
