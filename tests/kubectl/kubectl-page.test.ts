import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ACCEPTED_DIFFERENCES } from './accepted.ts'
import { acceptedFor } from './comparison.ts'
import { renderAccepted, renderResults } from './results.ts'
import { readSessions } from './session-files.ts'

const PAGE = fileURLToPath(new URL('../../docs/reference/kubectl.md', import.meta.url))
const SESSIONS = [...readSessions('sessions'), ...readSessions('node-sessions')]
const VERSIONS = ['1.30', '1.31', '1.32', '1.33']

test('the page of kubectl has the results of the sessions', async () => {
  const parts = new Map([
    ['results', renderResults(SESSIONS, VERSIONS, ACCEPTED_DIFFERENCES)],
    ['accepted', renderAccepted(ACCEPTED_DIFFERENCES)],
  ])
  const page = readFileSync(PAGE, 'utf8').replace(
    /<!-- (\w+) -->\n[^]*?<!-- end of \1 -->/g,
    (_block, name: string) => `<!-- ${name} -->\n\n${parts.get(name)}\n\n<!-- end of ${name} -->`,
  )
  for (const part of parts.values()) expect(page).toContain(part)
  await expect(page).toMatchFileSnapshot(PAGE)
})

test('every accepted difference is about a command of a session', () => {
  for (const one of ACCEPTED_DIFFERENCES) {
    const steps = SESSIONS.flatMap(({ name, steps }) =>
      steps.filter((step) => acceptedFor(name, step, [one]).length > 0),
    )
    expect(steps, one.reason).not.toEqual([])
  }
})

test('sessions hold every command of the guides and well over 150 more', () => {
  const kubectl = SESSIONS.flatMap(({ steps }) =>
    steps.filter(({ command }) => command.includes('kubectl')),
  )
  expect(kubectl.length).toBeGreaterThan(500)
})
