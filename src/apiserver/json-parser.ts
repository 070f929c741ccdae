import { isFields } from '../base/fields.ts'
import { badRequest } from './status-answer.ts'

/** Deeper bodies are refused: no object of the API comes near it. */
export const DEPTH_MAX = 500

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Why a body is no JSON (RFC 8259), in the words of Go's decoder. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
}

/** Throws JsonFault; ApiError BadRequest when it nests too deeply. */
export function parseJson(text: string): unknown {
  requireShallow(text)
  try {
    const value: unknown = JSON.parse(text)
    return HALF_CHARACTER.test(text) ? wellFormed(value) : value
  } catch (error) {
    throw new JsonFault(explain(text, error))
  }
}

/** One of the two halves of a character that UTF-16 needs two for (RFC 8259, section 8.2), alone or not. */
const HALF_CHARACTER = /\\u[dD][89a-fA-F]/

/** Alone it is no text: Go puts U+FFFD in its place. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (!isFields(value)) return value
  const members = Object.entries(value)
  return Object.fromEntries(members.map(([key, item]) => [key.toWellFormed(), wellFormed(item)]))
}

function requireShallow(text: string): void {
  let depth = 0
  let isString = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isString) {
      if (code === BACKSLASH) index += 1
      else if (code === QUOTE) isString = false
    } else if (code === QUOTE) isString = true
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > DEPTH_MAX) throw badRequest('json: exceeded max depth')
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
}

/** V8 tells the place; the words are Go's, which kubectl's users know. */
function explain(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const position = /position (\d+)/.exec(message)?.[1]
  // Of a short text V8 tells the character instead.
  const token = /^Unexpected token '(.)'/.exec(message)?.[1]
  const known = token === undefined ? -1 : text.indexOf(token)
  const end = known < 0 ? text.trimEnd().length : known
  const at = position === undefined ? end : Number(position)
  const character = text.charAt(at)
  if (character === '' || message.includes('end of JSON')) return 'unexpected end of JSON input'
  return `invalid character ${quoted(character)} ${contextAt(text, at)}`
}

function contextAt(text: string, at: number): string {
  const before = text.slice(0, at).trimEnd()
  const last = before.at(-1)
  if (before === '' || last === '[' || last === ':') return 'looking for beginning of value'
  if (last === '{') return 'looking for beginning of object key string'
  if (last === ',') return 'looking for beginning of object key string'
  return 'after top-level value'
}

function quoted(character: string): string {
  return character === "'" ? String.raw`'\''` : `'${character}'`
}
