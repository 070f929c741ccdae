import { afterEach, expect, test, vi } from 'vitest'
import { HitlessError } from '../base/error.ts'
import { printError } from './print-error.ts'

afterEach(() => void vi.restoreAllMocks())

test('an error shows what it quotes, and a terminal obeys none of it', () => {
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const error = new HitlessError('bad-url', 'no URL:\n\tnot \u001B[31mred', {
    exitCode: 2,
    hint: 'Write one.',
  })
  expect(printError(error)).toBe(2)
  expect(written.join('')).toBe('error: no URL:\n\tnot \uFFFD[31mred\n  Write one.\n')
})
