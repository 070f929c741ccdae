import type { ContainerConfig } from '../runtime.ts'
import {
  REFUSE_UNLESS_EXECUTABLE,
  pathOf,
  quote,
  scriptCommand,
  withEnvironment,
} from '../process/shell.ts'
import type { LoopbackTools } from './tools.ts'

/** Names the container whose process a process is, or descends from; children inherit it. */
export const MARKER_VARIABLE = 'HITLESS_CONTAINER'

/**
 * Starts a container's program as the leader of a process group. On file descriptor 3 it reports `started PID`, or
 * `refused REASON` when it cannot be run.
 */
export function programCommand(
  { sh, env: envTool }: LoopbackTools,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const script = `
refuse() { echo "refused $1" >&3; exit 128; }
search_path=$1
shift
${REFUSE_UNLESS_EXECUTABLE}
echo "started $$" >&3
exec 3>&-
exec ${withEnvironment({ env: envTool }, env)} "$@"
`
  return [...scriptCommand(sh, script), pathOf(env), ...command]
}

/** A command beside it. */
export function execCommand(
  { sh, env: envTool }: LoopbackTools,
  { workingDir }: ContainerConfig,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const script = `
refuse() { echo "$1" >&2; exit 126; }
search_path=$1
cd "$2" || exit 126
shift 2
${REFUSE_UNLESS_EXECUTABLE}
exec ${withEnvironment({ env: envTool }, env)} "$@"
`
  return [...scriptCommand(sh, script), pathOf(env), workingDir, ...command]
}

/** The same with streams. Where `script` is missing there is no terminal, and the command gets pipes. */
export function streamedExecCommand(
  tools: LoopbackTools,
  { workingDir }: ContainerConfig,
  exec: {
    readonly command: readonly string[]
    readonly tty: boolean
    readonly size?: { readonly columns: number; readonly rows: number }
  },
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const { command, tty, size } = exec
  const hasTerminal = tty && tools.script !== undefined
  const complete = hasTerminal ? { TERM: 'xterm', ...env } : env
  const run = `${withEnvironment(tools, complete)} ${command.map(quote).join(' ')}`
  const setSize =
    size === undefined || tools.stty === undefined
      ? ''
      : `${tools.stty} cols ${size.columns} rows ${size.rows}; `
  const inTerminal = quote(`tty >&3; exec 3>&-; ${setSize}exec ${run}`)
  const script = `
refuse() { echo "refused $1" >&3; exit 126; }
search_path=$1
cd "$2" 2>/dev/null || refuse "cannot enter $2"
shift 2
${REFUSE_UNLESS_EXECUTABLE}
${hasTerminal ? `exec ${tools.script} -q -e -f -E always -c ${inTerminal} /dev/null` : `exec 3>&-\nexec ${run}`}
`
  return [...scriptCommand(tools.sh, script), pathOf(env), workingDir, ...command]
}

/**
 * Kills whatever carries a marker that begins with `$1`, as often as new ones are found: a program may fork while it is
 * looked for. Linux only; elsewhere a daemon that has left its process group is not found.
 */
export const SWEEP_FUNCTION = `
sweep() {
  for round in 1 2 3 4 5 6 7 8 9 10; do
    found=
    for file in $(grep -l -a -F -e "${MARKER_VARIABLE}=$1" /proc/[0-9]*/environ 2>/dev/null); do
      process=\${file#/proc/}
      process=\${process%/environ}
      [ "$process" != "$$" ] || continue
      # What has ended and is not reaped yet shows no environment; what cannot be killed is not ours.
      kill -9 "$process" 2>/dev/null && found=yes
    done
    [ -n "$found" ] || break
  done
}
`

/** Ends what a container has left behind. */
export function sweepCommand({ sh }: LoopbackTools, marker: string): readonly string[] {
  return [sh, '-c', `${SWEEP_FUNCTION}\nsweep "$1"`, 'hitless', marker]
}

/**
 * Waits until its stdin is at its end, which hitless holds open as long as it lives, and then kills all containers of this
 * run: a hitless that is killed leaves nothing behind.
 */
export function watchdogCommand({ sh }: LoopbackTools, directory: string): readonly string[] {
  const script = `
trap '' TERM INT HUP
${SWEEP_FUNCTION}
# The end of hitless itself, or its last word.
while read -r line; do :; done
sweep "$1"
rm -rf "$2"
`
  return [sh, '-c', script, 'hitless', directory, directory]
}
