import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CAUSES } from './attribution.ts'

const PAGES = new URL('../../docs/reference/causes/', import.meta.url)
const MODULES = new URL('causes/', import.meta.url)
const ids = CAUSES.map(({ id }) => id)

test('every cause has its page, and every page its cause', () => {
  const pages = readdirSync(PAGES).map((name) => name.replace(/\.md$/, ''))
  expect(pages.sort()).toEqual([...ids].sort())
})

test.each(CAUSES)(
  'the page of $id begins with its name and title and has all its parts',
  (cause) => {
    const page = readFileSync(new URL(`${cause.id}.md`, PAGES), 'utf8')
    const [name, , title] = page.split('\n')
    expect(name).toBe(`# ${cause.id}`)
    expect(title?.toLowerCase()).toBe(`${cause.title}.`.toLowerCase())
    const parts = [...page.matchAll(/^## (.+)$/gm)].map(([, part]) => part)
    expect(parts.slice(0, 5)).toEqual([
      'What it is',
      'How it looks',
      'How hitless recognises it',
      'The fix',
      'How to provoke it',
    ])
  },
)

test('every cause is a module of its own name', () => {
  const modules = readdirSync(MODULES)
  for (const id of ids) expect(modules).toContain(`${id}.ts`)
})

test('ids are unique, and the one that takes what is left comes last', () => {
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.at(-1)).toBe('unexplained')
})
