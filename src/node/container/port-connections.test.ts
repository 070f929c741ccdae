import { expect, test } from 'vitest'
import { endConnections, type KnownPorts, stepConnections } from './port-connections.ts'

/** `8080:3` is listened on and has 3 connections, `(8080):3` has them still. */
function look(text: string) {
  const ports = text.split(' ').filter((word) => word !== '')
  const numbers = ports.map((word) => /^(\(?)(\d+)\)?:(\d+)$/.exec(word) ?? [])
  return {
    listening: numbers.filter(([, closed]) => closed === '').map(([, , port]) => Number(port)),
    connections: new Map(numbers.map(([, , port, open]) => [Number(port), Number(open)])),
    isCut: false,
  }
}

function play(looks: readonly string[]): readonly string[] {
  let known: KnownPorts = new Map()
  const told: string[] = []
  looks.forEach((text, index) => {
    const step = stepConnections(known, look(text))
    known = step.known
    for (const { port, isListening, before } of step.closed) {
      told.push(`${index} ${port} ${isListening ? 'listens' : 'ends'} after ${before}`)
    }
  })
  return told
}

test.each([
  ['a listener that closes with its connections', ['80:2', ''], ['1 80 ends after 2']],
  ['one that closes without any', ['80:0', ''], ['1 80 ends after 0']],
  [
    'connections that outlive their listener',
    ['80:2', '(80):2', '(80):1', ''],
    ['3 80 ends after 1'],
  ],
  [
    'a listener that stays',
    ['80:2', '80:0', '80:0', ''],
    ['1 80 listens after 2', '3 80 ends after 0'],
  ],
  ['new connections', ['80:1', '80:0', '80:1', ''], ['1 80 listens after 1', '3 80 ends after 1']],
  [
    'several ports',
    ['80:1 90:1', '90:1', '(90):1', ''],
    ['1 80 ends after 1', '3 90 ends after 1'],
  ],
  ['a port that nobody listens on', ['', '', ''], []],
  ['connections that the pod has made itself', ['(40000):1', ''], []],
])('%s', (_, looks, told) => {
  expect(play(looks)).toEqual(told)
})

test('a look that cannot see all leaves what it does not see as it was', () => {
  const known: KnownPorts = new Map([[80, { isListening: true, open: 2 }]])
  const cut = { listening: [], connections: new Map(), isCut: true }
  expect(stepConnections(known, cut)).toEqual({
    known: new Map([[80, { isListening: false, open: 2 }]]),
    closed: [],
  })
})

test('at the end of the last process all that it held is closed', () => {
  const known: KnownPorts = new Map([
    [80, { isListening: true, open: 2 }],
    [90, { isListening: false, open: undefined }],
  ])
  expect(endConnections(known)).toEqual([
    { port: 80, isListening: false, before: 2 },
    { port: 90, isListening: false, before: undefined },
  ])
})
