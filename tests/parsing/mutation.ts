import type { CorpusAnswer } from '../../src/load/testing/corpus-answer.ts'
import { randomElement, randomInteger, type Random } from '../../src/world/random.ts'

/** What makes a difference somewhere in an answer. One character per byte. */
const TOKENS: readonly string[] = [
  ...'\r\n\t :;,="\\-+./0159afHx_\u0000\u0001\u000b\u001f\u007f\u0080\u0085\u00a0\u00ff'.split(''),
  ...(
    '\r\n|\n\n|\r\n\r\n|\r\r\n| \r\n|\r\n |\r\n\t|: | :|0\r\n\r\n|5\r\nhello\r\n|;a=b' +
    '|;a="b"|chunked|gzip, |, chunked|close|keep-alive|, close|5|00|ffff|HTTP/1.1 ' +
    '|HTTP/1.0 |100|101|200|204|304|999999999999999999999|1e3|0x' +
    '|HTTP/1.1 100 Continue\r\n\r\n|HTTP/1.0 100 \r\n\r\n|HTTP/1.1 200 OK\r\n' +
    '|\u00e2\u0082\u00ac|Content-Length: 5\r\n|Content-Length: 0\r\n' +
    '|Transfer-Encoding: chunked\r\n|Transfer-Encoding: gzip\r\n|Connection: close\r\n' +
    '|Connection: keep-alive\r\n|Connection: upgrade\r\nUpgrade: h2c\r\n' +
    '|X-Pod: web-1\r\n|x-pod:\tweb 2 \r\n|Trailer: X-A\r\n'
  ).split('|'),
]

/** A change of a text; `others` are answers that it may borrow from. */
type Mutation = (text: string, random: Random, others: readonly CorpusAnswer[]) => string

const MUTATIONS: readonly Mutation[] = [
  (text, random) => splice(text, random, { removed: 0, inserted: randomElement(random, TOKENS)! }),
  (text, random) => splice(text, random, { removed: 1, inserted: randomElement(random, TOKENS)! }),
  (text, random) => splice(text, random, { removed: 1 + randomInteger(random, 4), inserted: '' }),
  (text, random) =>
    splice(text, random, { removed: 1, inserted: String.fromCharCode(randomInteger(random, 256)) }),
  // A part of it once more.
  (text, random) => {
    const from = randomInteger(random, text.length)
    const part = text.slice(from, from + 1 + randomInteger(random, 24))
    return splice(text, random, { removed: 0, inserted: part })
  },
  // A line elsewhere.
  (text, random) => {
    const lines = text.split('\r\n')
    const [line] = lines.splice(randomInteger(random, lines.length), 1)
    lines.splice(randomInteger(random, lines.length + 1), 0, line!)
    return lines.join('\r\n')
  },
  // A line at the start of another, so that it counts wherever one does.
  (text, random) => {
    const lines = text.split('\r\n')
    const at = 1 + randomInteger(random, lines.length)
    lines.splice(at, 0, randomElement(random, TOKENS)!.replace(/\r\n$/, ''))
    return lines.join('\r\n')
  },
  // The beginning of this and the end of another.
  (text, random, others) => {
    const other = randomElement(random, others)!.text
    return (
      text.slice(0, randomInteger(random, text.length + 1)) +
      other.slice(randomInteger(random, other.length + 1))
    )
  },
  // The other case of a letter.
  (text, random) => {
    const at = randomInteger(random, text.length)
    const letter = text.charAt(at)
    if (!/[A-Za-z]/.test(letter)) return text
    return text.slice(0, at) + String.fromCharCode(letter.charCodeAt(0) ^ 32) + text.slice(at + 1)
  },
  (text, random) => text.slice(0, randomInteger(random, text.length)),
]

/** An answer with one to four changes, more often few. The same numbers make the same changes. */
export function mutate(text: string, random: Random, others: readonly CorpusAnswer[]): string {
  let mutated = text
  const changes = 1 + randomInteger(random, 1 + randomInteger(random, 4))
  for (let change = 0; change < changes; change++) {
    mutated = randomElement(random, MUTATIONS)!(mutated, random, others)
  }
  return mutated
}

interface Replacement {
  readonly removed: number
  readonly inserted: string
}

function splice(text: string, random: Random, { removed, inserted }: Replacement): string {
  const at = randomInteger(random, text.length + 1)
  return text.slice(0, at) + inserted + text.slice(at + removed)
}
