import { type Fields, fieldsOf, isFields } from '../base/fields.ts'
import { parseJson } from '../base/parse-json.ts'
import type { GeneratorReport } from './generator.ts'
import { TIME_NS_MAX } from './ledger.ts'
import type { LoadDescription } from './load-summary.ts'

/**
 * A ledger on disk: records of 64 bytes, with a note before the first and one behind the last. A note
 * is JSON behind a mark that no record begins with, filled up to whole 64 bytes. A file that was cut
 * off lacks the last note and is still readable; one file behind the other is two ledgers.
 */
export type LedgerNote = LedgerBegin | LedgerEnd

export interface LedgerBegin {
  readonly schema: 'hitless.ledger/v1'
  readonly kind: 'begin'
  /** Milliseconds since the Unix epoch at the origin of the clock of this ledger. */
  readonly originWallMs: number
  readonly description: LoadDescription
  /** By template: whether it may be sent twice without harm (RFC 9110, section 9.2.2). */
  readonly isReplayable: readonly boolean[]
}

export interface LedgerEnd {
  readonly schema: 'hitless.ledger/v1'
  readonly kind: 'end'
  /** The first slot, nanoseconds on the clock of this ledger. */
  readonly startedAt: number
  readonly generator: GeneratorReport
}

/** Half of what a Date can hold (ECMA-262, section 21.4.1.1), so that a time after it is one. */
const WALL_MS_MAX = 4.32e15

/** A note of a ledger, which may come from anywhere: `damaged` where it lacks what is shown of it. */
export function readNote(text: string): LedgerNote | 'unknown' | 'damaged' {
  const note = printable(parseJson(text))
  if (!isFields(note) || note['schema'] !== 'hitless.ledger/v1') return 'unknown'
  if (isBegin(note) || isEnd(note)) return note
  return note['kind'] === 'begin' || note['kind'] === 'end' ? 'damaged' : 'unknown'
}

/** The version says what the rest is; these are the fields that every note of it has. */
function isBegin(note: unknown): note is LedgerBegin {
  const { kind, originWallMs, description, isReplayable } = fieldsOf(note)
  const { url, protocol, requests, notes = [], expected = [] } = fieldsOf(description)
  return (
    kind === 'begin' &&
    typeof originWallMs === 'number' &&
    Math.abs(originWallMs) <= WALL_MS_MAX &&
    isListOf(isReplayable, 'boolean') &&
    [url, protocol].every((text) => typeof text === 'string') &&
    [requests, notes, expected].every((list) => isListOf(list, 'string')) &&
    hasNumbers(fieldsOf(description), ['connections', 'timeoutMs', 'workers'])
  )
}

function isEnd(note: unknown): note is LedgerEnd {
  const { kind, startedAt, generator } = fieldsOf(note)
  const report = fieldsOf(generator)
  const { latenessMs, connections, addresses = {}, backends = [], impediments = [] } = report
  return (
    kind === 'end' &&
    typeof startedAt === 'number' &&
    Math.abs(startedAt) <= TIME_NS_MAX &&
    hasNumbers(report, ['planned', 'loopDelayMsMax']) &&
    hasNumbers(fieldsOf(latenessMs), ['p50', 'p99', 'max']) &&
    hasNumbers(fieldsOf(connections), ['opened', 'reused', 'closedIdle', 'agedOut']) &&
    hasNumbers(fieldsOf(addresses), Object.keys(fieldsOf(addresses))) &&
    [backends, impediments].every((list) => isListOf(list, 'string'))
  )
}

function hasNumbers(fields: Fields, names: readonly string[]): boolean {
  return names.every((name) => typeof fields[name] === 'number')
}

function isListOf(value: unknown, type: 'string' | 'boolean'): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type)
}

/** Without control characters, which a terminal would obey. */
function printable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(/\p{Cc}/gu, '\uFFFD')
  if (Array.isArray(value)) return value.map(printable)
  if (!isFields(value)) return value
  const members = Object.entries(value)
  return Object.fromEntries(members.map(([name, member]) => [printable(name), printable(member)]))
}
