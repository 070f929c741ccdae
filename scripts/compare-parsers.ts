/**
 * Reads answers that are almost right with the load engine's parser and with llhttp, the parser of
 * Node's own HTTP client, and tells where they disagree.
 *
 *   node scripts/compare-parsers.ts [--count 1000000] [--seed 1] [--record]
 *
 * Exit code 1 when ours took something that llhttp refuses, or took it for something else. The same
 * seed makes the same answers. With --record the figures go into docs/reference/http-strictness.md.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compareCorpus, compareMutated } from '../tests/parsing/comparison.ts'
import {
  readPage,
  type Recorded,
  renderPage,
  STRICTNESS_FILES,
} from '../tests/parsing/strictness-page.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const { offences, ...figures } = compareMutated(seed, Number(values.count))
const stricter = Object.fromEntries(
  Object.entries(figures.stricter).toSorted(([one], [other]) => (one < other ? -1 : 1)),
)
const { llhttp = 'unknown' } = process.versions
const recorded: Recorded = { seed, node: process.versions.node, llhttp, ...figures, stricter }
for (const { text, ours, theirs } of offences) {
  const lines = [JSON.stringify(text), JSON.stringify(ours), JSON.stringify(theirs)]
  process.stdout.write(`${lines.join('\n  ')}\n`)
}
process.stdout.write(`${JSON.stringify(recorded, null, 2)}\n${offences.length} offences\n`)
if (offences.length > 0) process.exitCode = 1
else if (values.record) {
  writeFileSync(STRICTNESS_FILES.recorded, `${JSON.stringify(recorded, null, 2)}\n`)
  writeFileSync(STRICTNESS_FILES.page, renderPage(readPage(), compareCorpus(), recorded))
}
