import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MANIFEST_FINDING_CODES } from './finding-codes.ts'

test('every code is used, and has a meaning of one line', () => {
  const room = new URL('./', import.meta.url)
  const sources = readdirSync(room)
    .filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'finding-codes.ts',
    )
    .map((name) => readFileSync(new URL(name, room), 'utf8'))
  expect(sources.length).toBeGreaterThan(10)
  for (const [code, meaning] of Object.entries(MANIFEST_FINDING_CODES)) {
    expect(
      sources.some((text) => text.includes(`'${code}'`)),
      code,
    ).toBe(true)
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(meaning).toMatch(/^[A-Z`][^\n]+\.$/)
  }
})
