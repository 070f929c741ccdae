import { expect, test } from 'vitest'
import { readUpFlags } from './up-options.ts'

test('without flags there is one node and any free port', () => {
  expect(readUpFlags({ node: true })).toMatchObject({ files: [], nodeNames: ['hitless'], port: 0 })
})

test('several nodes are numbered from the second on, and with --no-node there is none', () => {
  expect(readUpFlags({ node: true, nodes: '2' }).nodeNames).toEqual(['hitless', 'hitless-2'])
  expect(readUpFlags({ node: false }).nodeNames).toEqual([])
})

test.each([
  [{ nodes: '0' }, '--nodes 0: not a whole number from 1 to 100'],
  [{ nodes: '1e1' }, '--nodes 1e1: not a whole number from 1 to 100'],
  [{ port: '65536' }, '--port 65536: not a whole number from 0 to 65535'],
  [{ node: false, nodes: '2' }, '--nodes and --no-node exclude each other'],
  [{ data: '' }, '--data is empty'],
  [{ kubeconfig: '' }, '--kubeconfig is empty'],
  [{ path: 'pigeon' }, 'there is no propagation profile named pigeon'],
])('%o is refused', (flags, message) => {
  expect(() => readUpFlags({ node: true, ...flags })).toThrow(message)
})
