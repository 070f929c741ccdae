import { describe, expect, test } from 'vitest'
import { latin1Bytes, RESPONSE_CORPUS } from '../../src/load/testing/response-corpus.ts'
import { compareCorpus, compareMutated, compareOne, emptyComparison, isSame } from './comparison.ts'
import { DISAGREEMENTS, relate } from './disagreements.ts'
import { theirVerdict } from './llhttp.ts'
import { ourVerdict } from './ours.ts'
import { readPage, readRecorded, renderPage, STRICTNESS_FILES } from './strictness-page.ts'

const CORPUS = compareCorpus()

test('of more than five thousand answers ours takes none that llhttp refuses or reads otherwise', () => {
  expect(CORPUS.offences).toEqual([])
  expect(new Set(RESPONSE_CORPUS.map(({ text }) => text)).size).toBeGreaterThan(5_000)
  expect(CORPUS.answers).toBe(RESPONSE_CORPUS.length)
  // Were most of them refused, little would have been compared.
  expect(CORPUS.whole).toBeGreaterThan(4_000)
})

test('nor of ten thousand that were changed at random, and cuts change nothing', () => {
  // More of them, and other ones: node scripts/compare-parsers.ts --seed 2
  const { offences, whole } = compareMutated(1, 10_000)
  expect(offences).toEqual([])
  expect(whole).toBeGreaterThan(1_000)
}, 60_000)

describe('fifty answers, cut at every place and into single bytes', () => {
  const short = RESPONSE_CORPUS.filter(({ text }) => text.length > 20 && text.length < 400)
  const fifty = short.filter((_, index) => index % Math.floor(short.length / 50) === 0).slice(0, 50)

  test('are the same to either parser, and ours is never the laxer', () => {
    expect(fifty.length).toBe(50)
    for (const { text, toHead = false } of fifty) {
      const bytes = latin1Bytes(text)
      const whole = ourVerdict([bytes], toHead)
      const comparison = emptyComparison()
      for (let place = 0; place <= bytes.length; place++) {
        const pieces = [bytes.subarray(0, place), bytes.subarray(place)]
        const cut = compareOne(comparison, text, pieces, toHead)
        expect(isSame(cut, whole), `${JSON.stringify(text)} cut at ${place}`).toBe(true)
      }
      const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
      expect(compareOne(comparison, text, single, toHead)).toEqual(whole)
      expect(comparison.offences).toEqual([])
    }
  })
})

test('a laxer verdict is noticed: a comparison that finds nothing has looked', () => {
  const bytes = [latin1Bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')]
  const ours = ourVerdict(bytes, false)
  const theirs = theirVerdict(bytes, false)
  expect(relate(ours, theirs)).toEqual({ is: 'same' })
  expect(relate(ours, { ...theirs, kind: 'refused' })).toEqual({ is: 'laxer' })
  expect(relate(ours, { ...theirs, body: 'no' })).toEqual({ is: 'laxer' })
  expect(relate(ours, { ...theirs, keepsAlive: false })).toEqual({ is: 'laxer' })
  expect(relate({ ...ours, kind: 'short' }, theirs)).toEqual({ is: 'laxer' })
  expect(relate({ ...ours, kind: 'refused', fault: 'a whim' }, theirs)).toEqual({ is: 'laxer' })
})

describe('the page', () => {
  const recorded = readRecorded()

  test('has the figures of the comparison and its disagreements', async () => {
    const page = renderPage(readPage(), CORPUS, recorded)
    await expect(page).toMatchFileSnapshot(STRICTNESS_FILES.page)
  })

  test('tells of a million changed answers', () => {
    expect(recorded.answers).toBeGreaterThanOrEqual(1_000_000)
  })

  test('lists what has been seen, or is a bound, and nothing else', () => {
    const seen = new Set([...Object.keys(CORPUS.stricter), ...Object.keys(recorded.stricter)])
    const listed = DISAGREEMENTS.filter(({ source }) => !source.startsWith('a bound'))
    expect(listed.filter(({ fault }) => !seen.has(fault))).toEqual([])
  })
})
