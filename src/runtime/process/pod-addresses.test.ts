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
  const addresses = new PodAddresses(['10.0.0.0/29'])
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

test('each node of a machine has a range, and the first one the gateway of all', () => {
  const addresses = new PodAddresses(['10.244.2.0/24', '10.244.3.0/24', '10.244.4.0/24'])
  const take = (cidr?: string) => formatIpv4(addresses.take(cidr) ?? 0)
  expect(formatIpv4(addresses.gateway)).toBe('10.244.2.1')
  expect(addresses.prefixLength).toBe(21)
  expect([take('10.244.3.0/24'), take(), take('10.244.3.0/24')]).toEqual([
    '10.244.3.2',
    '10.244.2.2',
    '10.244.3.3',
  ])
})

test('an address that an earlier run gave is not given again, of whichever range it is', () => {
  const addresses = new PodAddresses(['10.244.1.0/24'])
  for (const kept of ['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24']) {
    addresses.keep(parsePodCidr(kept).first)
  }
  expect(formatIpv4(addresses.take() ?? 0)).toBe('10.244.1.3')
})
