import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import type { LogOptions } from '../../api/pod-access.ts'
import { SimulatedNetwork } from '../../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../simulator/simulated-runtime.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { LogReading } from './log-reading.ts'

const lineOf = (text: string) => `2026-01-01T00:00:01.000000000Z stdout F ${text}\n`

/** One log, of which `kept` bytes have gone and whose newest file begins at `newest`. */
class RotatedRuntime extends SimulatedRuntime {
  text = ''
  kept = 0
  newest = 0

  override async readLog(_?: string, { offset = 0, bytesMax = 0 } = {}): Promise<Uint8Array> {
    if (offset < this.kept) return new Uint8Array(0)
    return Buffer.from(this.text).subarray(offset, offset + bytesMax)
  }

  override async logSize(): Promise<number> {
    return this.text.length
  }

  override async logStart() {
    return { kept: this.kept, newest: this.newest }
  }
}

function play(options: Partial<LogOptions>) {
  const clock = newVirtualClock()
  const runtime = new RotatedRuntime({ clock, network: new SimulatedNetwork({ clock }), apps: {} })
  const state = { shown: '', isGrowing: true }
  const sink = {
    onData: (bytes: Uint8Array) => (state.shown += Buffer.from(bytes).toString()),
    onEnd: () => undefined,
  }
  const log = { path: '/log', isGrowing: () => state.isGrowing }
  const all = { follow: false, previous: false, timestamps: false, ...options }
  return { clock, runtime, state, reading: new LogReading({ runtime, clock }, log, all, sink) }
}

test.each<[Partial<LogOptions>, string]>([
  [{}, 'three\nfour\n'],
  [{ tailLines: 1 }, 'four\n'],
  [{ tailLines: 3 }, 'three\nfour\n'],
])('of a rotated log %j shows the newest file', async (options, shown) => {
  const { runtime, state, reading } = play(options)
  runtime.text = ['one', 'two', 'three', 'four'].map(lineOf).join('')
  runtime.newest = lineOf('one').length + lineOf('two').length
  await reading.run()
  expect(state.shown).toBe(shown)
})

test('a follower reads on through a rotation, and skips what has gone meanwhile', async () => {
  const { clock, runtime, state, reading } = play({ follow: true })
  runtime.text = lineOf('one')
  const ended = reading.run()
  await clock.advance(1_000)
  runtime.newest = runtime.text.length
  runtime.text += lineOf('two')
  await clock.advance(1_000)
  expect(state.shown).toBe('one\ntwo\n')
  runtime.text += lineOf('gone')
  runtime.kept = runtime.text.length
  runtime.text += lineOf('three')
  state.isGrowing = false
  await clock.advance(1_000)
  await ended
  expect(state.shown).toBe('one\ntwo\nthree\n')
})
