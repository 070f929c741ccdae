import { HitlessError } from '../base/error.ts'
import { printError } from './print-error.ts'

/**
 * Exit code 1 says that requests were dropped, and it is Node's own for an error that nobody caught. From
 * here on such an error is told like any other and ends the process with a code that judges nothing.
 * A reader that has gone away (`hitless … | head`) is no error: the run goes on to its verdict and exit code.
 */
export function guardExitCode(): void {
  process.on('uncaughtException', (error) => process.exit(printError(error)))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isReaderGone(error)) throw outputUnwritable(error)
  })
  // There is nowhere left to tell it.
  process.stderr.on('error', () => undefined)
}

function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET'
}

function outputUnwritable(cause: Error): HitlessError {
  return new HitlessError('output-unwritable', `cannot write to the output: ${cause.message}`, {
    exitCode: 3,
    hint: 'Make room where the output goes, or send it somewhere else.',
    cause,
  })
}
