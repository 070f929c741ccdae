import { expect, test } from 'vitest'
import { joinedLookup, type Resolve } from './joined-lookup.ts'

const ADDRESSES = [{ address: '10.0.0.1', family: 4 }]

function asked() {
  const questions: { readonly host: string; readonly answer: Parameters<Resolve>[2] }[] = []
  const lookup = joinedLookup((host, _options, answer) => void questions.push({ host, answer }))
  const told: string[] = []
  const ask = (host: string, family = 0) =>
    lookup(host, { all: true, family }, (error, addresses) => {
      told.push(error?.code ?? addresses.map(({ address }) => address).join())
    })
  return { questions, told, ask }
}

test('a name that is being asked for is not asked for again, and everybody is told', () => {
  const { questions, told, ask } = asked()
  for (let count = 0; count < 1_000; count++) ask('shop.test')
  expect(questions).toHaveLength(1)
  questions[0]?.answer(null, ADDRESSES)
  expect(told).toEqual(Array.from({ length: 1_000 }, () => '10.0.0.1'))
})

test('a failure is told to everybody, too', () => {
  const { questions, told, ask } = asked()
  ask('shop.test')
  ask('shop.test')
  questions[0]?.answer(Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' }), [])
  expect(told).toEqual(['EAI_AGAIN', 'EAI_AGAIN'])
})

test('an answer is not remembered, and other questions are others', () => {
  const { questions, ask } = asked()
  ask('shop.test')
  ask('other.test')
  ask('shop.test', 6)
  questions[0]?.answer(null, ADDRESSES)
  ask('shop.test')
  expect(questions.map(({ host }) => host)).toEqual([
    'shop.test',
    'other.test',
    'shop.test',
    'shop.test',
  ])
})
