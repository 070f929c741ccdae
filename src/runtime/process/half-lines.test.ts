import { expect, test } from 'vitest'
import { memoryFiles } from '../../../tests/support/memory-files.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { HalfLineKeeper, type HalfLines } from './half-lines.ts'

function play() {
  const clock = newVirtualClock()
  const state = { half: '', logBytes: 0, written: [] as HalfLines[] }
  const files = { ...memoryFiles({}), sizeOf: async () => state.logBytes }
  const write = async (lines: HalfLines) => void state.written.push(lines)
  const keeper = new HalfLineKeeper({ files, clock, write }, '/log', () => ({
    stdout: Buffer.from(state.half),
    stderr: new Uint8Array(0),
  }))
  const read = (half: string, logBytes: number) => {
    Object.assign(state, { half, logBytes })
    keeper.changed(half === '')
  }
  return { clock, state, keeper, read }
}

test('a half line is kept once nothing has followed it for a moment, and once more when it has ended', async () => {
  const { clock, state, read } = play()
  read('ha', 10)
  await clock.advance(2)
  read('half', 10)
  await clock.advance(2)
  expect(state.written).toEqual([])
  await clock.advance(20)
  expect(state.written).toEqual([{ stdout: btoa('half'), stderr: '', logBytes: 10 }])
  read('', 60)
  await clock.advance(20)
  expect(state.written.at(-1)).toEqual({ stdout: '', stderr: '', logBytes: 60 })
})

test('whole lines are no reason to write anything, nor is what comes after the end', async () => {
  const { clock, state, keeper, read } = play()
  read('', 10)
  await clock.advance(20)
  read('half', 10)
  keeper.stop()
  await clock.advance(20)
  expect(state.written).toEqual([])
})
