import { describe, expect, test } from 'vitest'
import { formatIp, networkOf, parseCidr, parseIp } from './addresses.ts'

describe('addresses', () => {
  test.each([
    ['10.9.8.7', '10.9.8.7'],
    ['010.9.8.7', '10.9.8.7'],
    ['::ffff:10.9.8.7', '10.9.8.7'],
    ['::', '::'],
    ['::1', '::1'],
    ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
    ['fd00:0:1:0:0:0:1:0', 'fd00:0:1::1:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:10.0.0.1', '1:2:3:4:5:6:a00:1'],
  ])('%s is %s', (text, printed) => {
    const ip = parseIp(text)
    expect(ip === undefined ? undefined : formatIp(ip)).toBe(printed)
  })

  test.each([
    '',
    'one',
    '10.0.0',
    '10.0.0.256',
    '1::2::3',
    ':1',
    '1:',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '10.0.0.1:',
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })
})

describe('blocks', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['10.1.2.3/0', '0.0.0.0'],
    ['fd00:1::1/16', 'fd00::'],
    ['10.255.2.3/12', '10.240.0.0'],
  ])('%s begins at %s', (text, printed) => {
    const block = parseCidr(text)
    expect(block === undefined ? undefined : formatIp(networkOf(block))).toBe(printed)
  })

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '/8', 'ten/8', '10.0.0.0/8/8'])(
    '%j is none',
    (text) => {
      expect(parseCidr(text)).toBeUndefined()
    },
  )
})
