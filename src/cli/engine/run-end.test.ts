import { expect, test } from 'vitest'
import { checkEnd } from './run-end.ts'

test.each([0, 1, 2, 3, 130])('exit code %d is passed on', (exitCode) => {
  expect(checkEnd(exitCode)).toBe(exitCode)
})

test.each([
  [137, /SIGKILL/, /memory/],
  [134, /SIGABRT/, /report it/],
  [250, /signal 122/, /report it/],
])('exit code %d is told as the end by a signal', (exitCode, message, hint) => {
  expect(() => checkEnd(exitCode)).toThrow(
    expect.objectContaining({
      code: 'run-killed',
      exitCode: 3,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    }),
  )
})
