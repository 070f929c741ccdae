import { expect, test } from 'vitest'
import { lastWordsOf } from './last-words.ts'

test.each([
  [
    'Node',
    'file:///app/server.mjs:15\nthrow new Error("no database")\n      ^\n\nError: no database\n    at main.mjs:15:7\n\nNode.js v20.20.2\n',
    'Error: no database',
  ],
  [
    'Python',
    'Traceback (most recent call last):\n  File "app.py", line 1, in <module>\nValueError: no database\n',
    'ValueError: no database',
  ],
  ['Go', 'panic: no database\n\ngoroutine 1 [running]:\nmain.main()\n', 'panic: no database'],
  [
    'Java',
    'Exception in thread "main" java.lang.IllegalStateException: no database\n\tat Main.main(Main.java:3)\n',
    'Exception in thread "main" java.lang.IllegalStateException: no database',
  ],
  ['a program of few words', 'starting\nno database, giving up\n', 'no database, giving up'],
  ['silence', ' \n', ''],
])('%s: the line that says why', (_who, output, words) => {
  expect(lastWordsOf(output)).toBe(words)
})

test('a long line is cut', () => {
  expect(lastWordsOf('x'.repeat(1000))).toHaveLength(200)
})
