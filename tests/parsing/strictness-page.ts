import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatTable } from '../support/markdown-table.ts'
import type { Comparison } from './comparison.ts'
import { DISAGREEMENTS } from './disagreements.ts'

const PAGE_FILE = fileURLToPath(new URL('../../docs/reference/http-strictness.md', import.meta.url))
const RECORDED_FILE = fileURLToPath(new URL('mutated-answers.json', import.meta.url))

/** A comparison that takes too long to be made on every run of the tests. */
export interface Recorded extends Omit<Comparison, 'offences'> {
  readonly seed: number
  readonly node: string
  readonly llhttp: string
}

export function readPage(): string {
  return readFileSync(PAGE_FILE, 'utf8')
}

export function readRecorded(): Recorded {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by scripts/compare-parsers.ts
  return JSON.parse(readFileSync(RECORDED_FILE, 'utf8')) as Recorded
}

export const STRICTNESS_FILES = { page: PAGE_FILE, recorded: RECORDED_FILE }

/** The page with its figures and its list made anew. */
export function renderPage(page: string, corpus: Comparison, recorded: Recorded): string {
  const parts = new Map([
    ['figures', renderFigures(corpus, recorded)],
    ['disagreements', renderDisagreements(corpus, recorded)],
  ])
  return page.replace(
    /<!-- (\w+) -->\n[^]*?<!-- end of \1 -->/g,
    (_block, name: string) => `<!-- ${name} -->\n\n${parts.get(name)}\n<!-- end of ${name} -->`,
  )
}

function renderFigures(corpus: Comparison, recorded: Recorded): string {
  const row = (what: string, of: (one: Omit<Comparison, 'offences'>) => number) => [
    what,
    number(of(corpus)),
    number(of(recorded)),
  ]
  const table = formatTable([
    ['', 'composed', 'changed at random'],
    row('answers', ({ answers }) => answers),
    row('the same verdict', ({ same }) => same),
    row('… that the answer is whole', ({ whole }) => whole),
    row('ours is the stricter', ({ stricter }) => sum(Object.values(stricter))),
    row('refused by both, with another reason', ({ otherwise }) => otherwise),
    row('ours is the laxer', ({ answers, same, otherwise, stricter }) => {
      return answers - same - otherwise - sum(Object.values(stricter))
    }),
  ])
  const { seed, node, llhttp } = recorded
  return `Node ${node} with llhttp ${llhttp}; the changes are those of seed ${seed}.\n\n${table}`
}

function renderDisagreements(corpus: Comparison, recorded: Recorded): string {
  return formatTable([
    ['hitless says', 'because of', 'why', 'composed', 'changed at random'],
    ...DISAGREEMENTS.map(({ fault, source, reason }) => [
      fault,
      source,
      reason,
      number(corpus.stricter[fault] ?? 0),
      number(recorded.stricter[fault] ?? 0),
    ]),
  ])
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
