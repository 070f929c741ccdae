import type { AcceptedDifference } from './accepted.ts'
import type { OpenDifference } from './open-differences.ts'
import type { Printed, Step } from './session-text.ts'

export type Comparison = 'same' | 'accepted' | 'differs'

/** Is what was printed what Kubernetes prints, or is the difference to it an accepted one? */
export function comparePrinted(
  { expected, printed }: { readonly expected: Printed; readonly printed: Printed },
  accepted: readonly AcceptedDifference[],
): Comparison {
  if (textOf(expected) === textOf(printed)) return 'same'
  const isAccepted = accepted.some(({ difference }) => {
    switch (difference.kind) {
      case 'instead':
        return textOf(printed) === textOf(difference.printed)
      case 'lines':
        return (
          withoutLines(textOf(expected), difference.lines) ===
          withoutLines(textOf(printed), difference.lines)
        )
    }
  })
  return isAccepted ? 'accepted' : 'differs'
}

export function acceptedFor(
  session: string,
  { command }: Step,
  all: readonly AcceptedDifference[],
): readonly AcceptedDifference[] {
  return all.filter((one) => (one.session ?? session) === session && one.command.test(command))
}

export function isOpen(
  session: string,
  { command, stdin }: Step,
  all: readonly OpenDifference[],
): boolean {
  return all.some(
    (one) =>
      one.session === session && one.command.test(command) && (one.input?.test(stdin) ?? true),
  )
}

export function textOf({ stdout, stderr, exitCode }: Printed): string {
  return `${stdout}---- stderr\n${stderr}---- exit ${exitCode}\n`
}

/** Without these lines the columns have other widths. */
function withoutLines(text: string, lines: RegExp): string {
  return text
    .split('\n')
    .filter((line) => !lines.test(line))
    .map((line) => line.replace(/ {2,}/g, '  '))
    .join('\n')
}
