import { formatLocation, type Finding } from '../base/finding.ts'
import { HitlessError } from '../base/error.ts'

/** Prints an error for people on stderr and returns the exit code. Only our own faults show a stack. */
export function printError(error: unknown): number {
  if (error instanceof HitlessError) {
    process.stderr.write(`error: ${printable(error.message)}\n`)
    for (const finding of error.findings) process.stderr.write(`${formatFinding(finding)}\n`)
    if (error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`)
    return error.exitCode
  }
  const stack = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`error: hitless itself failed; please report this.\n${stack}\n`)
  return 3
}

/** What an error quotes may come from anywhere: a terminal is to show it, not to obey it. */
function printable(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, '\uFFFD')
}

/** `file:line:column  error  message (code)`, the hint on a line of its own. */
export function formatFinding({ severity, location, message, hint, code }: Finding): string {
  const place = location === undefined ? '' : `${formatLocation(location)}  `
  const first = `${place}${severity}  ${message}  (${code})`
  return hint === undefined ? first : `${first}\n    ${hint}`
}
