import { afterEach, expect, test } from 'vitest'
import { ANSI_STYLE, PLAIN_STYLE } from '../report/style.ts'
import { styleFor } from './terminal-style.ts'

const before = { TERM: process.env['TERM'], NO_COLOR: process.env['NO_COLOR'] }
// An undefined variable would become the text.
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

test.each([
  ['a terminal', true, 'xterm', '', true, ANSI_STYLE],
  ['a dumb terminal', true, 'dumb', '', true, PLAIN_STYLE],
  ['a terminal with NO_COLOR', true, 'xterm', '1', true, PLAIN_STYLE],
  ['a terminal with --no-color', true, 'xterm', '', false, PLAIN_STYLE],
  ['a pipe', false, 'xterm', '', true, PLAIN_STYLE],
] as const)('%s has the style of its own', (_, isTTY, TERM, NO_COLOR, color, style) => {
  Object.assign(process.env, { TERM, NO_COLOR })
  expect(styleFor({ isTTY }, color)).toBe(style)
})
