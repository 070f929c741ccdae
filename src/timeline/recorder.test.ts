import { expect, test } from 'vitest'
import type { Fact, FactBody } from './fact.ts'
import { newRecorder } from './recorder.ts'

const stall = (stallMs: number): FactBody => ({ kind: 'generator-stalled', stallMs })

test('each fact is stamped with the time it is recorded at and handed over at once', () => {
  const facts: Fact[] = []
  let now = 10
  const recorder = newRecorder(
    () => now,
    (fact) => facts.push(fact),
  )
  recorder.record(stall(1))
  now = 20
  recorder.record(stall(2))
  expect(facts).toEqual([
    { at: 10, ...stall(1) },
    { at: 20, ...stall(2) },
  ])
})

test('a fact that its component stamped keeps its time', () => {
  const facts: Fact[] = []
  newRecorder(
    () => 10,
    (fact) => facts.push(fact),
  ).record(stall(1), 4)
  expect(facts).toEqual([{ at: 4, ...stall(1) }])
})

test('reaching the bound is the last fact', () => {
  const facts: Fact[] = []
  const recorder = newRecorder(
    () => 1,
    (fact) => facts.push(fact),
    { factsMax: 2 },
  )
  for (let count = 1; count <= 5; count++) recorder.record(stall(count))
  expect(facts).toEqual([
    { at: 1, ...stall(1) },
    { at: 1, ...stall(2) },
    { at: 1, kind: 'bound-reached', what: 'facts', limit: 2 },
  ])
})
