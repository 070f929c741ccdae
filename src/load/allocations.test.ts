import { expect, test } from 'vitest'
import { allocatedBytes } from './testing/allocated-bytes.ts'

const heapUsed = () => process.memoryUsage().heapUsed
/** Code that is not compiled yet, on a machine that is busy, allocates more: then it is measured again. */
const ATTEMPTS_MAX = 4

// Measured by `npm run bench:allocations`: 51 and 839. What every request is made to pay shows in these at once.
test.each([
  { lane: 'reused', bytesMax: 250 },
  { lane: 'new', bytesMax: 1_500 },
] as const)('on $lane connections a request costs less than $bytesMax bytes', async (row) => {
  let bytes = Infinity
  for (let attempt = 0; attempt < ATTEMPTS_MAX && bytes > row.bytesMax; attempt++) {
    bytes = Math.min(bytes, await allocatedBytes(row.lane, heapUsed))
  }
  expect(bytes).toBeLessThan(row.bytesMax)
  // Nothing at all would be a measurement that does not measure.
  expect(bytes).toBeGreaterThan(0)
})
