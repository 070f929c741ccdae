import { expect, test } from 'vitest'
import { rotatingLookup } from './rotating-lookup.ts'

/** Answers of a server that shuffles. */
const ANSWERS: readonly (readonly string[])[] = [
  ['10.0.0.2', '10.0.0.1', '10.0.0.3'],
  ['10.0.0.3', '10.0.0.2', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.3', '10.0.0.2'],
  ['10.0.0.2', '10.0.0.3', '10.0.0.1'],
  // One endpoint has gone.
  ['10.0.0.1', '10.0.0.3'],
]

function addressesOf(answers: readonly (readonly string[])[]): readonly string[] {
  let turn = 0
  const lookup = rotatingLookup((_host, _options, answer) =>
    answer(
      null,
      (answers[turn++] ?? []).map((address) => ({ address, family: 4 })),
    ),
  )
  return answers.map(() => {
    let given = ''
    lookup(
      'shop.test',
      {},
      (error, address) => (given = error?.code ?? (typeof address === 'string' ? address : '')),
    )
    return given
  })
}

test('the addresses of a name are used in turn, whatever the order of each answer', () => {
  expect(addressesOf(ANSWERS)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1', '10.0.0.3'])
})

test('a name without an address is not found', () => {
  expect(addressesOf([[]])).toEqual(['ENOTFOUND'])
})

test('what getaddrinfo says of a name is passed on', () => {
  const failure = Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' })
  const lookup = rotatingLookup((_host, _options, answer) => answer(failure, []))
  let given: unknown
  lookup('shop.test', {}, (error) => (given = error))
  expect(given).toBe(failure)
})
