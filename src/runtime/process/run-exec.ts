import type { Processes } from '../../world/processes.ts'
import type { ExecResult } from '../runtime.ts'
import { SCRIPT_ENVIRONMENT } from './shell.ts'

/** More of what a probe's or a hook's command prints is not kept: the kubelet's bound. */
const OUTPUT_BYTES_MAX = 10 * 1024

/** A command in a container that does not run, as container runtimes answer it. */
export const NOT_RUNNING: ExecResult = {
  exitCode: 126,
  output: 'the container is not running',
  timedOut: false,
}

/** Runs a command that enters a container to its end, or until its limits end it. */
export async function runExec(
  processes: Processes,
  command: readonly string[],
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<ExecResult> {
  const { exitCode, stdout, stderr, timedOut } = await processes.run(command, {
    ...limits,
    env: SCRIPT_ENVIRONMENT,
    outputBytesMax: OUTPUT_BYTES_MAX,
  })
  return { exitCode, output: `${stdout}${stderr}`.slice(0, OUTPUT_BYTES_MAX), timedOut }
}
