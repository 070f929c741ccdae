import type { OutputPaths } from '../../world/processes.ts'
import { quote } from '../process/shell.ts'

/** Where the shell of a container tells what it did, whoever listens. */
export interface ShellFiles {
  readonly started: string
  readonly exit: string
}

/** The shell of a container that is to outlive hitless. */
export interface KeptShell {
  readonly files: ShellFiles
  readonly outputPaths: OutputPaths
}

/**
 * The shell opens its own output pipes for reading, and never reads: while nobody else does, a program that writes is
 * held up when they are full, and gets no SIGPIPE. Both are still what it was started with.
 */
export const KEPT_SHELL_START = 'exec 6</proc/self/fd/1 7</proc/self/fd/2'

/**
 * Tells how and when (since the machine started) the container ended, then waits for a reader of its output: what nobody
 * has read would be gone with the last one who has the pipes open. Where somebody reads, opening them takes no
 * time. Without programs: the shell can start none any more, as its children's PID namespace has ended.
 */
export function keptShellEnd({ files, outputPaths }: KeptShell): string {
  return `
read -r uptime rest </proc/uptime
echo "$code $uptime" >${quote(files.exit)}
exec 6<&- 7<&-
true >${quote(outputPaths.stdout)} >${quote(outputPaths.stderr)}
`
}
