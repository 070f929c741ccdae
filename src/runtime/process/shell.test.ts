import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { quote } from './shell.ts'
import { liveProcesses } from '../../world/live/processes.ts'

test('any text is one word for a shell', async () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.includes('\0'))
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 40 }), async (words) => {
      const script = `printf '%s\\0' ${words.map(quote).join(' ')}`
      const { stdout } = await liveProcesses().run(['/bin/sh', '-c', script], { timeoutMs: 10_000 })
      expect(stdout.split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 20 },
  )
})
