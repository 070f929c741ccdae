import { assert, constantFrom, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareQuantities,
  formatQuantity,
  isWhole,
  parseQuantity,
  roundToMillis,
} from './quantity.ts'

describe('a quantity has one spelling', () => {
  test.each([
    ['0', '0'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['1024Mi', '1Gi'],
    ['1023Mi', '1023Mi'],
    ['512', '512'],
    ['0.5Ki', '512'],
    ['1Ki', '1Ki'],
    ['1000Ki', '1000Ki'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['12e-1', '1200e-3'],
    ['1000k', '1M'],
    ['-1500m', '-1500m'],
    ['100n', '100n'],
    ['1.5Gi', '1536Mi'],
    ['1E', '1E'],
  ])('%s is %s', (text, printed) => {
    const quantity = parseQuantity(text)
    expect(quantity === undefined ? undefined : formatQuantity(quantity)).toBe(printed)
  })

  test('whatever is printed is read as the same amount', () => {
    const suffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3']
    assert(
      property(nat(1_000_000_000), constantFrom(...suffixes), (number, suffix) => {
        const quantity = parseQuantity(`${number}${suffix}`)
        expect(quantity).toBeDefined()
        if (quantity === undefined) return
        expect(parseQuantity(formatQuantity(quantity))?.nanos).toBe(quantity.nanos)
      }),
    )
  })
})

test.each(['', 'm', '1 ', 'much', '1mm', '1Kii', '.', '--1', '1e', 'NaN'])('%j is none', (text) => {
  expect(parseQuantity(text)).toBeUndefined()
})

test('a number without end is an amount without end, and no more', () => {
  expect(parseQuantity('1e999999999')).toBeDefined()
  expect(parseQuantity('1e-999999999')?.nanos).toBe(1n)
})

test('amounts compare whatever their spelling', () => {
  const [half, most, kibi] = ['500m', '0.9', '1Ki'].map((text) => parseQuantity(text))
  if (half === undefined || most === undefined || kibi === undefined) throw new Error('none')
  expect(compareQuantities(half, most)).toBe(-1)
  expect(compareQuantities(kibi, most)).toBe(1)
  expect(compareQuantities(half, half)).toBe(0)
  expect([half, kibi].map(isWhole)).toEqual([false, true])
  expect(formatQuantity(roundToMillis({ nanos: 1n, form: 'decimal' }))).toBe('1m')
})
