import { expect, test } from 'vitest'
import { shellWords } from './shell-words.ts'

test.each<[command: string, words: readonly string[]]>([
  ['', []],
  ['  curl   http://h/  ', ['curl', 'http://h/']],
  [`curl -H 'A: "b"' x`, ['curl', '-H', 'A: "b"', 'x']],
  [`curl -d "a\\"b\\\\c\\d"`, ['curl', '-d', 'a"b\\c\\d']],
  [`curl a\\ b c\\'d`, ['curl', 'a b', "c'd"]],
  [`curl 'a'"b"c`, ['curl', 'abc']],
  [`curl ''`, ['curl', '']],
  [`curl -d 'it'\\''s'`, ['curl', '-d', "it's"]],
  ['curl \\\n  -X POST \\\r\n  x', ['curl', '-X', 'POST', 'x']],
  ['curl x # a comment\n-I', ['curl', 'x', '-I']],
  ['curl x#y', ['curl', 'x#y']],
  [`curl $'a\\n\\'b\\x41\\u00e9\\101\\q'`, ['curl', "a\n'bAéAq"]],
  [`curl -d '$HOME \`x\` | & ;'`, ['curl', '-d', '$HOME `x` | & ;']],
  [`curl "5$" 'x'`, ['curl', '5$', 'x']],
  ['curl "a\\\nb"', ['curl', 'ab']],
])('%j is %j', (command, words) => {
  expect(shellWords(command)).toEqual(words)
})

test.each([
  [`curl 'x`, 'a quotation that does not end'],
  [`curl "x`, 'a quotation that does not end'],
  [`curl $'x\\`, 'a quotation that does not end'],
  ['curl x\\', 'a quotation that does not end'],
  ['curl http://h/?a=1&b=2', 'a & without quotes'],
  ['curl x | jq .', 'a | without quotes'],
  ['curl x > file', 'a > without quotes'],
  ['curl x; rm y', 'a ; without quotes'],
  ['curl "$TOKEN"', '$T, which a shell expands'],
  ['curl $(cat x)', '$(, which a shell expands'],
  ['curl `cat x`', '`c, which a shell expands'],
])('%j is refused: %s', (command, message) => {
  expect(() => shellWords(command)).toThrow(message)
})
