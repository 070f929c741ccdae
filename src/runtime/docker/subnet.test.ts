import { expect, test } from 'vitest'
import { readSubnet } from './subnet.ts'

test.each([
  ['172.18.0.0/16', '172.18.255.254'],
  ['192.168.224.0/20', '192.168.239.254'],
  ['10.200.3.128/28', '10.200.3.142'],
  // Not its first address.
  ['172.18.7.9/24', '172.18.7.254'],
  ['10.200.3.128/29', undefined],
  ['fd00::/64', undefined],
  ['172.18.0.0', undefined],
  ['1.2.3.400/16', undefined],
  ['', undefined],
])('the last address of %s is %s', (cidr, last) => {
  expect(readSubnet(cidr)?.last).toBe(last)
})
