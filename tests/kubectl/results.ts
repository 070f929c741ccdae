import type { AcceptedDifference } from './accepted.ts'
import { parseCommandLine } from './command-line.ts'
import { acceptedFor } from './comparison.ts'
import type { Session, Step } from './session-text.ts'

/** Commands whose next word is a command of its own. */
const PARENTS = new Set(['apply', 'auth', 'config', 'create', 'rollout', 'set'])

interface Row {
  readonly command: string
  readonly runs: number
  readonly accepted: number
}

/**
 * One row for each kubectl command: how often the sessions run it, and in how many of these runs hitless prints something
 * else. All others are the same, or the test of the sessions would have failed.
 */
export function renderResults(
  sessions: readonly Session[],
  versions: readonly string[],
  accepted: readonly AcceptedDifference[],
): string {
  const rows = rowsOf(sessions, accepted)
  const all = {
    command: 'all',
    runs: sum(rows.map(({ runs }) => runs)),
    accepted: sum(rows.map(({ accepted }) => accepted)),
  }
  return table([
    ['command', 'runs', ...versions.map((version) => `kubectl ${version}`)],
    ...[...rows, all].map((row) => [
      row.command === 'all' ? 'all' : `\`${row.command}\``,
      String(row.runs),
      ...versions.map(() => cellOf(row)),
    ]),
  ])
}

/** Each accepted difference with its reason. */
export function renderAccepted(accepted: readonly AcceptedDifference[]): string {
  return table([
    ['session', 'commands', 'difference'],
    ...accepted.map(({ session = 'all', about, reason }) => [session, about, reason]),
  ])
}

function rowsOf(sessions: readonly Session[], accepted: readonly AcceptedDifference[]): Row[] {
  const rows = new Map<string, Row>()
  for (const session of sessions) {
    for (const step of session.steps) {
      const command = nameOf(step)
      if (command === undefined) continue
      const before = rows.get(command) ?? { command, runs: 0, accepted: 0 }
      const isKnown = acceptedFor(session.name, step, accepted).length > 0
      rows.set(command, {
        command,
        runs: before.runs + 1,
        accepted: before.accepted + Number(isKnown),
      })
    }
  }
  return [...rows.values()].sort((left, right) => (left.command < right.command ? -1 : 1))
}

/** `rollout undo` of `kubectl rollout undo deployment/web`; undefined for what is no kubectl. */
function nameOf(step: Step): string | undefined {
  const line = parseCommandLine(step.command)
  if (line.kind !== 'kubectl') return undefined
  const [command = '', child = ''] = line.args
  return PARENTS.has(command) && /^[a-z-]+$/.test(child) && !child.startsWith('-')
    ? `${command} ${child}`
    : command
}

function cellOf({ runs, accepted }: Row): string {
  const parts = [
    ...(runs > accepted ? ['same'] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ]
  return parts.join(', ')
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), rule, ...rest.map(line)].join('\n')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
