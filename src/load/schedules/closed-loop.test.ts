import { expect, test } from 'vitest'
import { ClosedLoop } from './closed-loop.ts'

test('every user has one slot at the start, and the next when an answer has come', () => {
  const loop = new ClosedLoop(2)
  expect(loop.dueCount(0)).toBe(2)
  expect([0, 1].map((slot) => loop.slotAtNs(slot))).toEqual([0, 0])
  loop.onEnded(70)
  expect(loop.dueCount(70)).toBe(3)
  expect(loop.slotAtNs(2)).toBe(70)
  expect(loop.slotAtNs(3)).toBe(Infinity)
  loop.onEnded(90)
  expect(loop.dueCount(90)).toBe(4)
  expect(loop.slotAtNs(3)).toBe(90)
})

test('a user who rests is due when the rest is over', () => {
  const loop = new ClosedLoop(1, 1_000)
  loop.onEnded(500)
  expect(loop.dueCount(1_499)).toBe(1)
  expect(loop.dueCount(1_500)).toBe(2)
  expect(loop.slotAtNs(1)).toBe(1_500)
})

test('without users there is never anything to do', () => {
  expect(new ClosedLoop(0).dueCount(1e9)).toBe(0)
})
