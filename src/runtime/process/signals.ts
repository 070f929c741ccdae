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

/** Names to numbers, of those that programs end by; they are the same on all that Linux runs on today. */
const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSYS: 31,
}

/** How a shell reports what a signal has ended. */
export function exitCodeOfSignal(name: string): number {
  return 128 + (NUMBERS[name] ?? 0)
}

/** The name of a signal as images write it: `SIGTERM`, `TERM` or `15`; undefined for what is none. */
export function signalNamed(text: string): string | undefined {
  if (/^\d+$/.test(text)) {
    return Object.entries(NUMBERS).find(([, number]) => number === Number(text))?.[0]
  }
  return /^(SIG)?[A-Z][A-Z0-9+]*$/.test(text) ? `SIG${text.replace(/^SIG/, '')}` : undefined
}
