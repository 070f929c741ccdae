import { expect, test } from 'vitest'
import { JsonLines } from './json-lines.ts'

test.each([1, 5, 100])(
  'lines are read, %i characters at a time; a long one is left out',
  (size) => {
    const seen: unknown[] = []
    const lines = new JsonLines((line) => seen.push(line), 12)
    const text = `{"a":1}\n\n{"b":"${'x'.repeat(20)}"}\r\n{"c":2}\r\n{"cut":`
    for (let at = 0; at < text.length; at += size) lines.add(text.slice(at, at + size))
    expect(seen).toEqual([{ a: 1 }, { c: 2 }])
  },
)
