import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PLAIN_PAGE } from '../load-view.ts'
import { LOAD_VIEWS } from '../load-views.ts'
import {
  loadMomentsOf,
  loadResultOf,
  loadSceneOf,
  TROUBLED,
} from './testing/load-result-builder.ts'

const PAGE = fileURLToPath(new URL('../../../docs/reference/load-views.md', import.meta.url))
/** Of the percentile distribution, enough to see what it is. */
const LINES_SHOWN = 60

function exampleOf(name: string): string {
  const view = LOAD_VIEWS[name]!
  const result = loadResultOf(TROUBLED)
  if (view.frame !== undefined) {
    return view.frame(loadSceneOf(TROUBLED), { ...PLAIN_PAGE, width: 100, height: 24 })
  }
  const text = [
    view.header?.(result.description, PLAIN_PAGE) ?? '',
    view.columns?.(PLAIN_PAGE) ?? '',
    ...loadMomentsOf(TROUBLED).map((moment) => view.row?.(moment, PLAIN_PAGE) ?? ''),
    view.summary?.(result, PLAIN_PAGE) ?? '',
  ].join('')
  const lines = text.replace(/^\n+/, '').trimEnd().split('\n')
  const isCut = name === 'hdr' && lines.length > LINES_SHOWN
  return isCut ? [...lines.slice(0, 24), '…', ...lines.slice(-6)].join('\n') : lines.join('\n')
}

test('the examples on the page of views are what the views print', async () => {
  const page = readFileSync(PAGE, 'utf8')
  const shown = [...page.matchAll(/^## `(\w+)`$/gm)].map(([, name]) => name)
  expect(shown).toEqual(Object.keys(LOAD_VIEWS))
  const renewed = page.replaceAll(
    /^(## `(\w+)`$[^]*?^```\n)[^]*?(^```$)/gm,
    (_all, head: string, name: string, tail: string) =>
      `${head}${exampleOf(name).replaceAll(/ +$/gm, '').trimEnd()}\n${tail}`,
  )
  await expect(renewed).toMatchFileSnapshot(PAGE)
})
