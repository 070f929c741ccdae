import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeadlineList, type Timed } from './timeouts.ts'

class Entry implements Timed<Entry> {
  readonly name: number
  deadlineNs = 0
  earlier: Entry | undefined = undefined
  later: Entry | undefined = undefined
  deadlines: object | undefined = undefined

  constructor(name: number) {
    this.name = name
  }
}

const takeAll = (list: DeadlineList<Entry>, nowNs: number) => {
  const taken: Entry[] = []
  for (let due = list.takeDue(nowNs); due !== undefined; due = list.takeDue(nowNs)) taken.push(due)
  return taken
}

test('entries come out at their deadline, earliest first, and those of one instant in their order', () => {
  const list = new DeadlineList<Entry>()
  for (const [name, deadline] of [30, 10, 20, 10].entries()) list.add(new Entry(name), deadline)
  expect(takeAll(list, 9)).toEqual([])
  expect(takeAll(list, 20).map(({ name }) => name)).toEqual([1, 3, 2])
  expect(takeAll(list, 100).map(({ name }) => name)).toEqual([0])
})

test('taking out an entry that is in no list, or in another one, does nothing', () => {
  const list = new DeadlineList<Entry>()
  const other = new DeadlineList<Entry>()
  const entry = new Entry(1)
  list.remove(entry)
  other.add(entry, 5)
  list.remove(entry)
  expect(takeAll(other, 5)).toEqual([entry])
})

test('any sequence of adding and removing leaves the entries that a sorted array would have', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ remove: fc.integer({ min: 0, max: 30 }) }),
    ),
  )
  fc.assert(
    fc.property(steps, (steps) => {
      const list = new DeadlineList<Entry>()
      const entries: Entry[] = []
      let kept: Entry[] = []
      for (const step of steps) {
        if ('add' in step) {
          const entry = new Entry(entries.length)
          entries.push(entry)
          list.add(entry, step.add)
          kept.push(entry)
        } else {
          const entry = entries[step.remove]
          if (entry !== undefined) list.remove(entry)
          kept = kept.filter((other) => other !== entry)
        }
      }
      kept.sort((a, b) => a.deadlineNs - b.deadlineNs || a.name - b.name)
      expect(takeAll(list, 100).map(({ name }) => name)).toEqual(kept.map(({ name }) => name))
    }),
  )
})
