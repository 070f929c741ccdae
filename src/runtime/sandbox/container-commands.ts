import type { ContainerConfig } from '../runtime.ts'
import { REFUSE_UNLESS_EXECUTABLE, pathOf, quote, withEnvironment } from '../process/shell.ts'
import type { SandboxTools } from './tools.ts'

/** Starts a container's process 1 in the pod's network, in PID, UTS and mount namespaces of its own. */
export function containerCommand(
  tools: SandboxTools,
  config: ContainerConfig,
  sandbox: { readonly netns: string; readonly hostname: string },
): readonly string[] {
  return [
    tools.nsenter,
    `--net=/run/netns/${sandbox.netns}`,
    tools.unshare,
    '--pid',
    '--uts',
    '--mount',
    tools.sh,
    '-c',
    containerScript(tools, config.env),
    'hitless',
    pathOf(config.env),
    sandbox.hostname,
    ...config.command,
  ]
}

/** Runs a command beside the process 1 that hitless sees as `processId`. */
export function execCommand(
  tools: SandboxTools,
  config: ContainerConfig,
  processId: number,
  command: readonly string[],
): readonly string[] {
  return [
    tools.nsenter,
    `--target=${processId}`,
    '--pid',
    '--net',
    '--uts',
    '--mount',
    tools.sh,
    '-c',
    execScript(tools, config.env),
    'hitless',
    pathOf(config.env),
    config.workingDir,
    ...command,
  ]
}

export interface StreamedExec {
  readonly command: readonly string[]
  readonly tty: boolean
  readonly size?: { readonly columns: number; readonly rows: number }
}

/**
 * The same for a command with streams. On file descriptor 3 it reports `refused REASON` when it cannot be run, and
 * of a terminal its path. Where `script` is missing there is no terminal, and the command gets pipes.
 */
export function streamedExecCommand(
  tools: SandboxTools,
  config: ContainerConfig,
  processId: number,
  { command, tty, size }: StreamedExec,
): readonly string[] {
  const hasTerminal = tty && tools.script !== undefined
  const env = hasTerminal ? { TERM: 'xterm', ...config.env } : config.env
  const run = `${withEnvironment(tools, env)} ${command.map(quote).join(' ')}`
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
  return [
    tools.nsenter,
    `--target=${processId}`,
    '--pid',
    '--net',
    '--uts',
    '--mount',
    tools.sh,
    '-c',
    script,
    'hitless',
    pathOf(config.env),
    config.workingDir,
    ...command,
  ]
}

/**
 * Joins stdin and stdout to a port of the pod's loopback, and reports `open` when it is connected. A shell's redirection
 * is a socket only in bash; it cannot pass on that one side has ended.
 */
export function loopbackCommand(
  { nsenter }: SandboxTools,
  bash: string,
  netns: string,
  port: number,
): readonly string[] {
  const script = `
exec 5<>"/dev/tcp/127.0.0.1/$1" 6<&0 || exit 1
echo open >&3
exec 3>&-
cat <&6 >&5 &
cat <&5
kill $!
`
  return [nsenter, `--net=/run/netns/${netns}`, bash, '-c', script, 'hitless', String(port)]
}

/**
 * The first child of a shell that has unshared its PID namespace is the container's process 1. The shell stays
 * outside and passes on how it ended, as 128 + n for signal n (`unshare --fork` cannot do that for
 * SIGKILL); its own remarks (`Killed`) are no output of the container.
 *
 * The node's /proc is still in place when the child starts, so that it can report its process id as hitless
 * sees it; then it gives the container its own /proc and host name. `setsid`: a program that
 * signals its process group must not reach what started it.
 */
function containerScript(tools: SandboxTools, env: Readonly<Record<string, string>>): string {
  return `
exec 4>&2 2>/dev/null
(
exec 2>&4 4>&-
read -r pid rest </proc/self/stat
refuse() { echo "refused $1" >&3; exit 128; }
${tools.mount} -t proc proc /proc || refuse 'cannot mount /proc in the container'
search_path=$1
${tools.hostname} "$2" 2>/dev/null
shift 2
${REFUSE_UNLESS_EXECUTABLE}
echo "started $pid" >&3
exec 3>&-
exec ${tools.setsid} ${withEnvironment(tools, env)} "$@"
)
exit $?
`
}

function execScript(tools: SandboxTools, env: Readonly<Record<string, string>>): string {
  return `
refuse() { echo "$1" >&2; exit 126; }
search_path=$1
cd "$2" || exit 126
shift 2
${REFUSE_UNLESS_EXECUTABLE}
exec ${withEnvironment(tools, env)} "$@"
`
}
