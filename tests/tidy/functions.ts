import { lineAt } from './source-text.ts'
import { isTestCode, type CodeFile, type Offence } from './tree.ts'

export interface FunctionSpan {
  /** The code of its first line, before its parameters. */
  readonly head: string
  readonly firstLine: number
  readonly lastLine: number
  /** Lines of it that are not in a function inside it. */
  readonly ownLines: number
}

const FUNCTION_LINES_MAX = 60

/**
 * Functions that do not fit a screen. Of test code only own lines count, and those of a `describe`
 * not at all: it is a list of tests and tables, not a function to follow.
 */
export function findLongFunctions(files: readonly CodeFile[]): Offence[] {
  return files.flatMap((file) =>
    functionsOf(file).flatMap(({ head, firstLine, lastLine, ownLines }) => {
      const isTest = isTestCode(file.path)
      const lines = isTest ? ownLines : lastLine - firstLine + 1
      if (lines <= FUNCTION_LINES_MAX || (isTest && /\bdescribe\b/.test(head))) return []
      return [`${file.path}:${firstLine} is a function of ${lines} lines`]
    }),
  )
}

/** Every function, method and arrow function with a body in braces, by the place of its parameters. */
export function functionsOf({ text, source: { code } }: CodeFile): FunctionSpan[] {
  const pairs = matchBrackets(code)
  const spans: { start: number; end: number }[] = []
  for (const [open, close] of pairs) {
    if (code[open] !== '(') continue
    const body = bodyAfter(code, close, pairs)
    const end = body === undefined ? undefined : pairs.get(body)
    if (end !== undefined && !isControl(code, open)) spans.push({ start: open, end })
  }
  // An arrow function with a single bare parameter does not occur: the formatter writes parentheses.
  return spans.map(({ start, end }) => {
    const firstLine = lineAt(text, start)
    const lastLine = lineAt(text, end)
    const inside = spans.filter((other) => other.start > start && other.end < end)
    const outermost = inside.filter(
      (each) => !inside.some((other) => other.start < each.start && other.end > each.end),
    )
    const nested = outermost.map((each) => lineAt(text, each.end) - lineAt(text, each.start))
    const ownLines = lastLine - firstLine + 1 - nested.reduce((sum, lines) => sum + lines, 0)
    const head = code.slice(code.lastIndexOf('\n', start) + 1, start)
    return { head, firstLine, lastLine, ownLines }
  })
}

/** The closing bracket of each opening one, by offset. */
function matchBrackets(code: string): Map<number, number> {
  const pairs = new Map<number, number>()
  const open: number[] = []
  for (let index = 0; index < code.length; index++) {
    const here = code[index] ?? ''
    if ('([{'.includes(here)) open.push(index)
    if (')]}'.includes(here)) {
      const start = open.pop()
      if (start !== undefined) pairs.set(start, index)
    }
  }
  return pairs
}

/** `if (…) {` has the shape of a method but is none. */
function isControl(code: string, open: number): boolean {
  return /\b(if|for|while|switch|catch|with|await)\s*$/.test(
    code.slice(Math.max(0, open - 20), open),
  )
}

/** The brace that opens the body after a list of parameters: behind `=>`, a return type, or both. */
function bodyAfter(
  code: string,
  close: number,
  pairs: ReadonlyMap<number, number>,
): number | undefined {
  let position = nextToken(code, close + 1)
  if (code[position] === ':') position = afterType(code, nextToken(code, position + 1), pairs)
  if (code.startsWith('=>', position)) position = nextToken(code, position + 2)
  return code[position] === '{' ? position : undefined
}

/** Behind a type: at the brace of a body, at the `=>` of an arrow function, or at what no type contains. */
function afterType(code: string, start: number, pairs: ReadonlyMap<number, number>): number {
  let position = start
  // Where an operand is due, a brace is part of the type; else it starts the body.
  let before: 'operator' | 'operand' | 'parentheses' = 'operator'
  let angles = 0
  while (position < code.length) {
    const here = code[position] ?? ''
    const word = /^[\w$.'"`]+/.exec(code.slice(position, position + 80))?.[0]
    if (code.startsWith('=>', position)) {
      // Behind parentheses it belongs to the type of a function.
      if (angles === 0 && before !== 'parentheses') return position
      position += 2
      before = 'operator'
    } else if ('{(['.includes(here)) {
      if (here === '{' && before !== 'operator') return position
      before = here === '(' && before === 'operator' ? 'parentheses' : 'operand'
      position = (pairs.get(position) ?? code.length) + 1
    } else if (word !== undefined) {
      position += word.length
      before = TYPE_OPERATORS.has(word) ? 'operator' : 'operand'
    } else if ('|&<,?:>'.includes(here)) {
      if (here === '<') angles += 1
      if (here === '>') angles -= 1
      position += 1
      before = here === '>' ? 'operand' : 'operator'
    } else {
      return position
    }
    position = nextToken(code, position)
  }
  return position
}

const TYPE_OPERATORS = new Set(['is', 'keyof', 'typeof', 'readonly', 'asserts', 'extends'])

function nextToken(code: string, from: number): number {
  let position = from
  while (/\s/.test(code[position] ?? '')) position += 1
  return position
}
