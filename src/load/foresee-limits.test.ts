import { expect, test } from 'vitest'
import type { MachineLimits } from '../world/vitals.ts'
import { foreseeLimits } from './foresee-limits.ts'
import { planOf } from './testing/load-run.ts'

const ROOMY: MachineLimits = {
  filesMax: 1_024,
  filesOpen: 20,
  ports: [32_768, 60_999],
  timeWait: 3,
}
const keeping = (connections: number) =>
  planOf({ lanes: [{ lane: 'reused', share: 1, connections }] })

const rows: readonly (readonly [number, Partial<MachineLimits>, string | undefined])[] = [
  [900, {}, undefined],
  [900, { filesMax: undefined, ports: undefined }, undefined],
  [1_000, {}, 'more file descriptors than this process may have (1024)'],
  [100, { ports: [50_000, 50_049] }, 'has 50 (50000 to 50049)'],
  [16, { ports: [50_000, 50_049], timeWait: 30 }, '30 connections are in TIME_WAIT already'],
]

test.each(rows)('%i connections on a machine with %j', (connections, limits, told) => {
  const foreseen = foreseeLimits(keeping(connections), { ...ROOMY, ...limits })
  expect(foreseen).toEqual(told === undefined ? [] : [expect.stringContaining(told)])
})
