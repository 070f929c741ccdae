import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatenate } from '../../base/concatenate.ts'
import { FrameReader } from './frames.ts'

const bytes = fc.uint8Array({ maxLength: 40 })
const frames = fc.array(fc.record({ isError: fc.boolean(), bytes }), { maxLength: 8 })

test('frames are the output of both streams, however they were cut into reads', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
      const seen: Record<'stdout' | 'stderr', Uint8Array> = {
        stdout: new Uint8Array(0),
        stderr: new Uint8Array(0),
      }
      const reader = new FrameReader((stream, part) => {
        seen[stream] = concatenate([seen[stream], part])
      })
      let rest: Uint8Array = concatenate(sent.flatMap(frameOf))
      for (const cut of cuts) {
        reader.add(rest.subarray(0, cut))
        rest = rest.subarray(cut)
      }
      reader.add(rest)
      const sentOf = (isError: boolean) =>
        concatenate(sent.filter((one) => one.isError === isError).map((one) => one.bytes))
      expect(seen).toEqual({ stdout: sentOf(false), stderr: sentOf(true) })
    }),
  )
})

function frameOf({ isError, bytes: content }: { isError: boolean; bytes: Uint8Array }) {
  return [Uint8Array.of(isError ? 2 : 1, 0, 0, 0, 0, 0, 0, content.length), content]
}
