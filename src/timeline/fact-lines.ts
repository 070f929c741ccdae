import { isFields } from '../base/fields.ts'
import type { Finding } from '../base/finding.ts'
import { FACT_FIELDS } from './fact-fields.ts'
import type { Fact } from './fact.ts'

/**
 * One fact as a line of JSON, without the line break. `at` and `kind` come first and all other
 * keys in the order of their code units, so that equal facts are equal bytes.
 */
export function formatFactLine(fact: Fact): string {
  const { at, kind, ...rest } = fact
  return JSON.stringify({ at, kind, ...sortedRecord(rest) })
}

/**
 * Facts of a recording, in the order of its lines. Lines that are no facts are left out and told,
 * each with its number; a last line without its line break was cut off by a crash and is only a note.
 * A kind that is unknown here (written by a newer hitless) is a warning.
 */
export function parseFactLines(
  text: string,
  file = 'facts.jsonl',
): { readonly facts: Fact[]; readonly findings: readonly Finding[] } {
  const facts: Fact[] = []
  const findings: Finding[] = []
  const lines = text.split('\n')
  // What follows the last line break is nothing, or a line that was never finished.
  const unfinished = lines.pop()
  for (const [index, line] of lines.entries()) {
    const fault = takeLine(line, facts)
    if (fault !== undefined) {
      findings.push({ ...fault, location: { file, line: index + 1, column: 1 } })
    }
  }
  if (unfinished !== undefined && unfinished !== '' && takeLine(unfinished, facts) !== undefined) {
    findings.push({
      code: 'fact-cut-off',
      severity: 'note',
      location: { file, line: lines.length + 1, column: 1 },
      message: 'the last line was cut off and is left out',
    })
  }
  return { facts, findings }
}

type Fault = Pick<Finding, 'code' | 'severity' | 'message'>

function takeLine(line: string, facts: Fact[]): Fault | undefined {
  // To be believed only once `faultOf` finds nothing.
  let fact: Fact
  try {
    fact = JSON.parse(line)
  } catch {
    return badFact('it is not JSON')
  }
  const fault = faultOf(fact)
  if (fault === undefined) facts.push(fact)
  return fault
}

function faultOf(value: unknown): Fault | undefined {
  if (!isFields(value)) return badFact('it is not a JSON object')
  const { at, kind } = value
  if (typeof at !== 'number') return badFact('its `at` is not a number')
  if (typeof kind !== 'string') return badFact('its `kind` is not a string')
  const fields = FIELDS_BY_KIND.get(kind)
  if (fields === undefined) {
    return {
      code: 'unknown-fact',
      severity: 'warning',
      message: `facts of kind "${kind}" are unknown to this version of hitless and left out`,
    }
  }
  for (const [field, shape] of Object.entries(fields)) {
    const optional = shape.endsWith('?')
    const wanted = optional ? shape.slice(0, -1) : shape
    if (optional && value[field] === undefined) continue
    if (shapeOf(value[field]) !== wanted) {
      return badFact(`the field \`${field}\` of a ${kind} fact must be of type ${wanted}`)
    }
  }
  return undefined
}

const FIELDS_BY_KIND: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  Object.entries(FACT_FIELDS),
)

function badFact(why: string): Fault {
  return { code: 'bad-fact', severity: 'error', message: `the line is no fact: ${why}` }
}

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  return isFields(value) ? sortedRecord(value) : value
}

function sortedRecord(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, sortedKeys(record[key])]),
  )
}
