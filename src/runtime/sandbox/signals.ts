/**
 * The signals that can end process 1 of a PID namespace: SIGKILL from outside of it, and faults of its
 * own. All others are ignored unless it has a handler (pid_namespaces(7)), and a handler ends
 * in an exit code: 143 is a program that exited so, not one that SIGTERM ended.
 */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [31, 'SIGSYS'],
])

/** The signal that ended process 1, from its exit code as a shell reports it: 128 + n. */
export function signalOfExitCode(exitCode: number): string | undefined {
  return SIGNALS.get(exitCode - 128)
}
