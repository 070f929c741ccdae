import { describe, expect, test } from 'vitest'
import { resolvePlainScalar, type ScalarValue } from './yaml-scalar.ts'

/** Answers of `kubectl create --dry-run=client -o json` 1.34.4. */
const KUBECTL: readonly (readonly [text: string, value: ScalarValue])[] = [
  ['y', true],
  ['Y', true],
  ['yes', true],
  ['on', true],
  ['TRUE', true],
  ['tRUE', 'tRUE'],
  ['n', false],
  ['OFF', false],
  ['~', null],
  ['Null', null],
  ['', null],
  ['0644', 420],
  ['-0644', -420],
  ['0o14', 12],
  ['0o8', '0o8'],
  ['08', 8],
  ['09.5', 9.5],
  ['0x1F', 31],
  ['0XFF', 255],
  ['-0x1', -1],
  ['0b11', 3],
  ['0B11', 3],
  ['60:60', '60:60'],
  ['1_000', 1000],
  ['1__0', 10],
  ['_1', '_1'],
  ['1_000.5', 1000.5],
  ['2001-01-01', '2001-01-01'],
  ['2001-01-01T10:00:00Z', '2001-01-01T10:00:00Z'],
  ['1e3', 1000],
  ['1E5', 100_000],
  ['1e5_0', 1e50],
  ['1e400', '1e400'],
  ['0.1e-3', 0.0001],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['+5', 5],
  ['1.', 1],
  ['0.', 0],
  ['0.0', 0],
  ['1.0', 1],
  ['-', '-'],
  ['=', '='],
  ['v1', 'v1'],
  ['8080', 8080],
  ['10.0.0.1', '10.0.0.1'],
]

describe('a plain scalar means what it means to kubectl', () => {
  test.each(KUBECTL)('%s', (text, value) => {
    expect(resolvePlainScalar(text)).toBe(value)
  })
})
