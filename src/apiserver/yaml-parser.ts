import { parse } from 'yaml'
import { DEPTH_MAX } from './json-parser.ts'
import { badRequest } from './status-answer.ts'

/**
 * YAML 1.2 (https://yaml.org/spec/1.2.2/), one document, as JSON data; every alias counts, so that no few lines become a great
 * many. Throws ApiError BadRequest.
 */
export function parseYamlText(text: string): unknown {
  const value = parseDocument(text)
  requireJsonData(value, 1)
  return value
}

function parseDocument(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: 'error' }) as unknown
  } catch (error) {
    throw notConverted(
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it is no YAML',
    )
  }
}

/** An anchor may contain itself, which no JSON can say: it is as deep as one likes. */
function requireJsonData(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > DEPTH_MAX) throw notConverted('exceeded max depth')
  if (value instanceof Set || value instanceof Map) throw notConverted('it has a set or an omap')
  for (const item of Object.values(value)) requireJsonData(item, depth + 1)
}

function notConverted(why: string) {
  return badRequest(`error converting YAML to JSON: ${why}`)
}
