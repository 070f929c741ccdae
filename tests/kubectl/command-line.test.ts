import { expect, test } from 'vitest'
import { parseCommandLine } from './command-line.ts'

const PLAIN = {
  kind: 'kubectl',
  args: ['get', 'pods'],
  env: {},
  filters: [],
  eventually: false,
  background: false,
}

test.each([
  ['kubectl get pods', PLAIN],
  ['kubectl get \\\n  pods', PLAIN],
  ['kubectl get "a b" x=\'{"c": 1}\'y', { ...PLAIN, args: ['get', 'a b', 'x={"c": 1}y'] }],
  ["kubectl get ''", { ...PLAIN, args: ['get', ''] }],
  ['eventually kubectl get pods', { ...PLAIN, eventually: true }],
  ['kubectl get pods &', { ...PLAIN, background: true }],
  ["EDITOR='sed -i s/a/b=c/' kubectl get pods", { ...PLAIN, env: { EDITOR: 'sed -i s/a/b=c/' } }],
  [
    'kubectl get pods | sort | head -2',
    { ...PLAIN, filters: [{ kind: 'sort' }, { kind: 'head', lines: 2 }] },
  ],
  ['stop', { kind: 'stop' }],
  ['fg', { kind: 'foreground' }],
  ['fetch /a', { kind: 'fetch', path: '/a' }],
])('%s is read as a shell would', (line, expected) => {
  expect(parseCommandLine(line)).toEqual(expected)
})

test.each([['rm -rf x'], ['kubectl get | grep x'], [''], ["kubectl get 'open"]])(
  '%j is refused',
  (line) => {
    expect(() => parseCommandLine(line)).toThrow()
  },
)
