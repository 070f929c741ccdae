import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { WIDTH, layOut } from './layout.ts'

test('no word is lost or split, and only a single word may be wider than the screen', () => {
  const word = fc.string({ minLength: 1, maxLength: 200 }).map((text) => text.replace(/\s/g, 'x'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
      const lines = layOut('  Fix  ', words.join(' ')).split('\n')
      const texts = lines.map((line) => line.slice('  Fix  '.length))
      expect(texts.join(' ')).toBe(words.join(' '))
      for (const [index, line] of lines.entries()) {
        expect(line.startsWith(index === 0 ? '  Fix  ' : '       ')).toBe(true)
        if (line.length > WIDTH) expect(texts[index]).not.toContain(' ')
      }
    }),
  )
})
