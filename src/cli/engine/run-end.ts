import { constants } from 'node:os'
import { HitlessError } from '../../base/error.ts'

/** Above this, an exit code tells the signal that ended the process, as shells have it. */
const SIGNAL_BASE = 128

/**
 * The exit code of the inner process, when it is one that a run ends with. Throws HitlessError when a signal
 * ended it, which it had no chance to tell itself. An interruption (130) it tells itself.
 */
export function checkEnd(exitCode: number): number {
  const number = exitCode - SIGNAL_BASE
  if (number <= 0 || number === constants.signals.SIGINT) return exitCode
  const entry = Object.entries(constants.signals).find(([, value]) => value === number)
  const signal = entry?.[0] ?? `signal ${number}`
  throw new HitlessError('run-killed', `the run was ended by ${signal}`, {
    exitCode: 3,
    hint:
      signal === 'SIGKILL'
        ? 'Out of memory, perhaps: look at `dmesg`, and ask for fewer replicas or a lower rate.'
        : 'Run it again, and report it if it happens again.',
  })
}
