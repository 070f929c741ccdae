import type { AcceptedDifference, Difference } from './accepted.ts'
import type { Printed, Step } from './session-text.ts'

export type Comparison = 'same' | 'accepted' | 'differs'

/** Is what was printed what Kubernetes prints, or is the difference to it an accepted one? */
export function comparePrinted(
  { expected, printed }: { readonly expected: Printed; readonly printed: Printed },
  accepted: readonly AcceptedDifference[],
): Comparison {
  if (textOf(expected) === textOf(printed)) return 'same'
  const isAccepted = accepted.some(({ difference }) => isDifference(difference, expected, printed))
  return isAccepted ? 'accepted' : 'differs'
}

export function acceptedFor(
  session: string,
  { command, stdin }: Step,
  all: readonly AcceptedDifference[],
): readonly AcceptedDifference[] {
  return all.filter(
    (one) =>
      (one.session ?? session) === session &&
      one.command.test(command) &&
      (one.input?.test(stdin) ?? true),
  )
}

export function textOf({ stdout, stderr, exitCode }: Printed): string {
  return `${stdout}---- stderr\n${stderr}---- exit ${exitCode}\n`
}

function isDifference(difference: Difference, expected: Printed, printed: Printed): boolean {
  switch (difference.kind) {
    case 'instead':
      return textOf(printed) === textOf(difference.printed)
    case 'lines': {
      const { onlyInKubernetes, onlyInHitless = [] } = difference
      const theirs = textOf(expected)
      const common = onlyInKubernetes === undefined ? theirs : theirs.replace(onlyInKubernetes, '')
      if (common === theirs && onlyInKubernetes !== undefined) return false
      const ours = withoutEach(textOf(printed).split('\n'), onlyInHitless)
      return ours !== undefined && withoutWidths(ours) === withoutWidths(common.split('\n'))
    }
  }
}

/** Nothing when one of them is not there. */
function withoutEach(
  lines: readonly string[],
  removed: readonly string[],
): readonly string[] | undefined {
  if (!removed.every((line) => lines.includes(line))) return undefined
  return lines.filter((line) => !removed.includes(line))
}

/** Without some of its lines a table has columns of other widths. */
function withoutWidths(lines: readonly string[]): string {
  return lines.map((line) => line.replace(/ {2,}/g, '  ')).join('\n')
}
