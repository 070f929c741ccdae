import { expect, test } from 'vitest'
import { PodAddresses, formatIpv4, parsePodCidr } from './pod-addresses.ts'

test.each([
  ['10.244.0.0/16', '10.244.0.1', '10.244.0.2', '10.244.255.254'],
  ['192.168.7.77/24', '192.168.7.1', '192.168.7.2', '192.168.7.254'],
  ['10.0.0.8/29', '10.0.0.9', '10.0.0.10', '10.0.0.14'],
])('%s has the gateway %s and pods from %s to %s', (cidr, gateway, first, last) => {
  const network = parsePodCidr(cidr)
  expect(formatIpv4(network.gateway)).toBe(gateway)
  expect(formatIpv4(network.first)).toBe(first)
  expect(formatIpv4(network.last)).toBe(last)
})

test.each([
  '10.244.0.0',
  '10.244.0/16',
  '10.244.0.256/16',
  '10.0.0.0/30',
  '10.0.0.0/7',
  'fd00::/64',
])('%s is refused', (cidr) => expect(() => parsePodCidr(cidr)).toThrow('is not an IPv4 network'))

test('an address that was given back is used again only after all others', () => {
  const addresses = new PodAddresses(parsePodCidr('10.0.0.0/29'))
  const take = () => {
    const address = addresses.take()
    return address === undefined ? undefined : formatIpv4(address)
  }
  expect([take(), take()]).toEqual(['10.0.0.2', '10.0.0.3'])
  addresses.giveBack(parsePodCidr('10.0.0.0/29').first)
  expect([take(), take(), take(), take(), take()]).toEqual([
    '10.0.0.4',
    '10.0.0.5',
    '10.0.0.6',
    '10.0.0.2',
    undefined,
  ])
})
