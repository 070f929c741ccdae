import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PLAIN_PAGE } from '../load-view.ts'
import { LOAD_VIEWS } from '../load-views.ts'
import { loadResultOf } from './testing/load-result-builder.ts'

/** Lines that only the tool itself can print: its name, how its threads slept, what they connected to. */
const ITS_OWN: Readonly<Record<string, RegExp>> = {
  ab: /^$/,
  hey: /^$/,
  vegeta: /^$/,
  fortio: /^(?:Fortio 1|\[\d+\]|Sleep times|Uniform|Response |# Socket)/,
}
/** Lines whose value is told to be unknown here, by what they begin with. */
const UNKNOWN_HERE: Readonly<Record<string, RegExp>> = {
  ab: /^(?:Server Software|Document Length|HTML transferred)/,
  hey: /^ {2}(?:DNS-lookup|req write)/,
  vegeta: /^Bytes Out/,
  fortio: /^Starting at/,
}

/** A line without its figures, units and marks: what is the same in every run. */
function shapeOf(line: string): string {
  return line
    .replace(/ \*$/, '')
    .replaceAll(/■+/g, '')
    .replaceAll(/\d+(?:[.,]\d+)*(?:e[-+]\d+)?(?:µs|ms|s\b)?/g, '0')
    .replaceAll(/ +/g, ' ')
    .replace(/^>= 0|^> 0/, '> 0')
    .trimEnd()
}

/** Of a line with a value: the columns before it, and the column in which it ends. */
function columnsOf(line: string): { before: string; end: number } {
  const match = /-?\d+(?:[.,]\d+)*/.exec(line)
  if (match === null) return { before: line, end: 0 }
  return { before: line.slice(0, match.index), end: match.index + match[0].length }
}

test.each(['ab', 'hey', 'vegeta', 'fortio'])(
  'the fixed parts of the report of %s are those of the tool itself',
  (tool) => {
    const file = new URL(`testing/real-tools/${tool}.txt`, import.meta.url)
    // From its first own word on: before it stands who made the tool.
    const text = readFileSync(file, 'utf8')
    const real = text.slice(Math.max(0, text.indexOf('Benchmarking'))).split('\n')
    const result = loadResultOf({
      requests: 200,
      description: { url: 'http://127.0.0.1:18471/', users: 8 },
    })
    const view = LOAD_VIEWS[tool]!
    const ours = `${view.header?.(result.description, PLAIN_PAGE) ?? ''}${view.summary?.(result, PLAIN_PAGE)}`
    const lines = ours.split('\n')
    let at = 0
    for (const line of real) {
      if (ITS_OWN[tool]!.test(line)) continue
      const isUnknown = UNKNOWN_HERE[tool]!.test(line)
      const wanted = isUnknown ? /^[^:\d]*/.exec(line)![0].trimEnd() : shapeOf(line)
      const matches = (text: string) =>
        isUnknown ? text.startsWith(wanted) : shapeOf(text) === wanted
      // Buckets that are not empty are as many as they are.
      const found = lines.findIndex((text, index) => index >= at && matches(text))
      if (found === -1 && /^(?:>|  \d)/.test(line)) continue
      expect(found, `${line} after ${lines[at - 1]}`).toBeGreaterThanOrEqual(0)
      at = found + 1
      const theirs = columnsOf(line)
      const mine = columnsOf(lines[found]!)
      const isLeft = mine.before === theirs.before
      if (!isUnknown) expect(isLeft || mine.end === theirs.end, lines[found]).toBe(true)
    }
  },
)
