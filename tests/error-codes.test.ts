import { readFileSync, globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MANIFEST_FINDING_CODES } from '../src/manifest/finding-codes.ts'

const ROOT = new URL('..', import.meta.url).pathname

/** Codes that the sources give to errors and findings, as literals. */
function codesInSources(): string[] {
  const sources = globSync('src/**/*.ts', { cwd: ROOT }).filter(
    (path) => !path.endsWith('.test.ts'),
  )
  const texts = sources.map((path) => readFileSync(`${ROOT}${path}`, 'utf8'))
  const thrown = texts.flatMap((text) =>
    [...text.matchAll(/new HitlessError\(\s*'([a-z-]+)'/g)].map(([, code]) => code ?? ''),
  )
  const factFindings = ['bad-fact', 'unknown-fact', 'fact-cut-off']
  return [...thrown, ...Object.keys(MANIFEST_FINDING_CODES), ...factFindings]
}

test('every error code has its entry in docs/reference/errors.md, and every entry its code', () => {
  const page = readFileSync(`${ROOT}docs/reference/errors.md`, 'utf8')
  const documented = [...page.matchAll(/^### `([a-z-]+)`/gm)].map(([, code]) => code ?? '')
  expect(documented.length).toBeGreaterThan(40)
  expect(documented.toSorted()).toEqual([...new Set(codesInSources())].sort())
})
