import { ApiError } from './api-error.ts'
import type { LabelSelector, LabelSelectorRequirement } from './selector.ts'
import { checkLabelValue, checkQualifiedName } from './validation/names.ts'

type Requirements = readonly LabelSelectorRequirement[]

const OPERATORS = 'in, notin, =, ==, !=, gt, lt'
const TOKEN = /\s*(?:(==|!=|=|!|\(|\)|,|<|>)|([^\s=!(),<>]+))/y

/**
 * A label selector as it stands in a URL: `app=web,tier in (a, b),!old`. Undefined when it selects everything.
 * Throws ApiError BadRequest with Kubernetes' words.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const matchExpressions = new Parser(tokensOf(text)).parse()
  return matchExpressions.length === 0 ? undefined : { matchExpressions }
}

interface Token {
  readonly text: string
  readonly isWord: boolean
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, symbol, word = ''] = match
    tokens.push(
      symbol === undefined ? { text: word, isWord: true } : { text: symbol, isWord: false },
    )
  }
  return tokens
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Requirements {
    const requirements: LabelSelectorRequirement[] = []
    while (this.#peek() !== undefined) {
      if (!this.#startsRequirement()) throw this.#outside("!, identifier, or 'end of string'")
      requirements.push(this.#requirement())
      const separator = this.#peek()
      if (separator === undefined) break
      if (separator.text !== ',' || separator.isWord) throw this.#outside("',' or 'end of string'")
      this.#next += 1
      if (!this.#startsRequirement()) throw this.#outside("identifier after ','")
    }
    return requirements
  }

  #requirement(): LabelSelectorRequirement {
    const isAbsence = this.#takeIf('!')
    const key = this.#word()
    requireNoFault('<nil>', key, checkQualifiedName(key))
    const follower = this.#peek()
    if (isAbsence) return { key, operator: 'DoesNotExist' }
    if (follower === undefined || follower.text === ',') return { key, operator: 'Exists' }
    const operator = this.#operator()
    const isList = follower.isWord
    const values = isList ? this.#list() : [this.#exactValue()]
    values.forEach((value, index) =>
      requireNoFault(`values[${index}][${key}]`, value, checkLabelValue(value)),
    )
    return { key, operator, values }
  }

  #operator(): 'In' | 'NotIn' {
    const token = this.#peek()
    if (token === undefined || !['in', 'notin', '=', '==', '!='].includes(token.text)) {
      throw this.#unexpected(OPERATORS)
    }
    this.#next += 1
    return token.text === 'notin' || token.text === '!=' ? 'NotIn' : 'In'
  }

  #list(): readonly string[] {
    if (!this.#takeIf('(')) throw refusal(`found '${this.#peek()?.text ?? ''}' expected: '('`)
    const values: string[] = []
    for (;;) {
      const token = this.#peek()
      if (token?.isWord === true) {
        values.push(token.text)
        this.#next += 1
      } else if (token?.text === ',' || token?.text === ')') {
        values.push('')
      } else {
        throw this.#unexpected("',', ')' or identifier")
      }
      if (this.#takeIf(')')) return [...new Set(values)].toSorted()
      if (!this.#takeIf(',')) throw this.#unexpected("',' or ')'")
    }
  }

  #exactValue(): string {
    const token = this.#peek()
    if (token === undefined || token.text === ',') return ''
    return this.#word()
  }

  #word(): string {
    const token = this.#peek()
    if (token?.isWord !== true) throw this.#unexpected('identifier')
    this.#next += 1
    return token.text
  }

  #startsRequirement(): boolean {
    const token = this.#peek()
    return token !== undefined && (token.isWord || token.text === '!')
  }

  #takeIf(symbol: string): boolean {
    const token = this.#peek()
    if (token === undefined || token.isWord || token.text !== symbol) return false
    this.#next += 1
    return true
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next]
  }

  /** In a requirement. */
  #unexpected(expected: string): ApiError {
    return refusal(`found '${this.#peek()?.text ?? ''}', expected: ${expected}`)
  }

  /** Between requirements. */
  #outside(expected: string): ApiError {
    const message = `found '${this.#peek()?.text ?? ''}', expected: ${expected}`
    return new ApiError('BadRequest', message)
  }
}

function requireNoFault(path: string, value: string, faults: readonly string[]): void {
  const [first] = faults
  if (first === undefined) return
  throw refusal(`${path}: Invalid value: ${JSON.stringify(value)}: ${first}`)
}

function refusal(why: string): ApiError {
  return new ApiError('BadRequest', `unable to parse requirement: ${why}`)
}
