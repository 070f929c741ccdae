import { expect, test } from 'vitest'
import { SimulatedFiles } from '../../simulator/simulated-files.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { SizeWatch } from './size-watch.ts'

const BLOCK = 4_096

async function watched(write: (files: SimulatedFiles) => Promise<void>, bytesMax: number) {
  const clock = newVirtualClock()
  const files = new SimulatedFiles()
  await files.makeDirectory('/v')
  await write(files)
  const told: string[] = []
  const watch = new SizeWatch({ clock, files }, (volume) => told.push(volume))
  watch.start([{ name: 'work', directory: '/v', bytesMax }])
  return { clock, watch, told }
}

test.each([
  ['a directory counts as a block', [], BLOCK, false],
  ['a file counts by whole blocks', [1], 2 * BLOCK, false],
  ['more than the limit is told', [1], 2 * BLOCK - 1, true],
  ['all files count', [1, BLOCK, BLOCK + 1], 5 * BLOCK - 1, true],
])('%s', async (_, sizes, bytesMax, isTold) => {
  const { clock, watch, told } = await watched(async (files) => {
    for (const [index, size] of sizes.entries()) {
      await files.writeText(`/v/${index}`, 'x'.repeat(size))
    }
  }, bytesMax)
  await clock.advance(59_000)
  expect(told).toEqual([])
  await clock.advance(1_000)
  expect(told).toEqual(isTold ? ['work'] : [])
  await watch.stop()
  expect(clock.timerCount).toBe(0)
})

test('a tmpfs, whose directories take nothing, may be filled to the limit', async () => {
  const { clock, watch, told } = await watched(async (files) => {
    await files.writeText('/v/full', 'x'.repeat(4 * BLOCK))
    const sizes = files.allocatedSizeOf.bind(files)
    files.allocatedSizeOf = async (path) => (path === '/v' ? 0 : sizes(path))
  }, 4 * BLOCK)
  await clock.advance(120_000)
  expect(told).toEqual([])
  await watch.stop()
})

test('it is told once, and nothing after the end', async () => {
  const { clock, watch, told } = await watched(async () => undefined, 1)
  await clock.advance(300_000)
  expect(told).toEqual(['work'])
  const late = await watched(async () => undefined, 1)
  await late.watch.stop()
  await late.clock.advance(300_000)
  expect(late.told).toEqual([])
  await watch.stop()
})
