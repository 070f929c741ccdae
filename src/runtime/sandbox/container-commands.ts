import type { ContainerConfig } from '../runtime.ts'
import { pathOf, quote, scriptCommand, withEnvironment } from '../process/shell.ts'
import {
  groupsScript,
  isOtherUser,
  makeUserScript,
  USER_FILE,
  userWords,
  type UserSupport,
} from './container-user-script.ts'
import { NEW_ROOT } from './root-places.ts'
import type { RootPlan } from './root-plan.ts'
import { isWorkingDirectoryMade, rootScript } from './root-script.ts'
import { REFUSE_UNLESS_EXECUTABLE, RESOLVE } from './shell-functions.ts'
import { KEPT_SHELL_START, keptShellEnd, type KeptShell } from './kept-shell.ts'
import type { SandboxTools } from './tools.ts'

/** What a container starts in. */
export interface ContainerPlace {
  readonly netns: string
  readonly hostname: string
  /** Process 1 of the namespace that the pod's containers share, as hitless sees it. */
  readonly sharedProcessId: number | undefined
  readonly plan: RootPlan
  readonly userSupport: UserSupport
  /** The files that a process writes itself into to be held by its limits. */
  readonly limitFiles: readonly string[]
}

/**
 * Starts a container in the pod's network, in IPC, PID, UTS and mount namespaces of its own. `kept`: its shell looks
 * after itself when hitless is killed.
 */
export function containerCommand(
  tools: SandboxTools,
  config: ContainerConfig,
  place: ContainerPlace,
  kept?: KeptShell,
): readonly string[] {
  const { netns, hostname, sharedProcessId } = place
  const processes =
    sharedProcessId === undefined ? [] : [`--pid=/proc/${sharedProcessId}/ns/pid`, '--no-fork']
  return [
    tools.nsenter,
    `--net=/run/netns/${netns}`,
    ...processes,
    tools.unshare,
    ...(sharedProcessId === undefined ? ['--pid'] : []),
    '--ipc',
    '--uts',
    '--mount',
    ...scriptCommand(tools.sh, containerScript(tools, config, place, kept)),
    pathOf(config.env),
    hostname,
    config.workingDir,
    ...config.command,
  ]
}

/** Runs a command beside the process that hitless sees as `processId`. */
export function execCommand(
  tools: SandboxTools,
  container: EnteredContainer,
  command: readonly string[],
): readonly string[] {
  const script = `
refuse() { echo "$1" >&2; exit 126; }
${enterScript(tools, container)}
cd "$entered" && exec ${enteringWords(tools, container, container.config.env)} "$@"
`
  return enterCommand(tools, container, script, command)
}

export interface EnteredContainer {
  readonly config: ContainerConfig
  readonly processId: number
  readonly userSupport: UserSupport
  readonly limitFiles: readonly string[]
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
  container: EnteredContainer,
  { command, tty, size }: StreamedExec,
): readonly string[] {
  const { env } = container.config
  const hasTerminal = tty && tools.script !== undefined
  const words = enteringWords(tools, container, hasTerminal ? { TERM: 'xterm', ...env } : env)
  const run = `${words} ${command.map(quote).join(' ')}`
  const setSize =
    size === undefined || tools.stty === undefined
      ? ''
      : `${tools.stty} cols ${size.columns} rows ${size.rows}; `
  const inTerminal = quote(`tty >&3; exec 3>&-; ${setSize}cd "$entered" && exec ${run}`)
  const script = `
refuse() { echo "refused $1" >&3; exit 126; }
${enterScript(tools, container)}
${
  hasTerminal
    ? `export entered
exec ${tools.script} -q -e -f -E always -c ${inTerminal} /dev/null`
    : `exec 3>&-\ncd "$entered" && exec ${run}`
}
`
  return enterCommand(tools, container, script, command)
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
 * The process 1 of a pod whose containers share their processes, as the pause container of a kubelet's pod: it
 * lives until it is killed and takes in what others leave behind. `keptPath`: it outlives hitless, and tells its number there.
 */
export function pauseCommand(
  tools: SandboxTools,
  netns: string,
  keptPath?: string,
): readonly string[] {
  const script = `
${keptPath === undefined ? '' : KEPT_SHELL_START}
(
read -r pid rest </proc/self/stat
${keptPath === undefined ? '' : `echo "$pid" >${quote(keptPath)} || exit 1`}
echo "started $pid" >&3
exec 3>&- 6<&- 7<&-
trap : HUP INT TERM
while :; do sleep 2147483 & wait $!; done
)
exit $?
`
  return [
    tools.nsenter,
    `--net=/run/netns/${netns}`,
    tools.unshare,
    '--pid',
    tools.sh,
    '-c',
    script,
  ]
}

/**
 * The first child of a shell that has unshared its PID namespace is the container's process 1. The shell stays
 * outside and passes on how it ended, as 128 + n for signal n (`unshare --fork` cannot do that for
 * SIGKILL); its own remarks (`Killed`) are no output of the container.
 *
 * The node's /proc is still in place when the child starts, so that it can report its process id as hitless
 * sees it. The child makes the container's root directory and moves it over the machine's, where all that enters the
 * mount namespace arrives; its own root stays the machine's, so that it finds its programs to the last, which
 * enters the new root. `setsid`: a program that signals its process group must not reach what started it.
 */
function containerScript(
  tools: SandboxTools,
  config: ContainerConfig,
  place: ContainerPlace,
  kept: KeptShell | undefined,
): string {
  const { userSupport } = place
  const isMapped = userSupport === 'mapped' && isOtherUser(config)
  const makeUser = makeUserScript(tools, config)
  return `
${kept === undefined ? '' : KEPT_SHELL_START}
exec 4>&2 2>/dev/null
(
exec 2>&4 4>&- 6<&- 7<&-
read -r pid rest </proc/self/stat
refuse() { echo "refused $1" >&3; exit 128; }
search_path=$1
{ echo "$2" >/proc/sys/kernel/hostname || ${tools.hostname} "$2"; } 2>/dev/null
{ echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start; } 2>/dev/null
directory=$3
shift 3
${RESOLVE}
${isWorkingDirectoryMade(config) ? '' : REFUSE_UNLESS_THERE}
${rootScript(tools, place.plan, config)}
${ENTER_DIRECTORY}
${REFUSE_UNLESS_EXECUTABLE}
${isMapped ? makeUser : ''}
${groupsScript(tools, config, userSupport)}
cd ${NEW_ROOT} && ${tools.mount} --move . / || refuse 'cannot move the root directory of the container'
${place.limitFiles.map((file) => `echo 0 >${quote(file)} || refuse 'cannot be held by its limits'`).join('\n')}
echo "started $pid" >&3
${kept === undefined ? '' : `echo "$pid" >${quote(kept.files.started)} || exit 128`}
exec 3>&-
exec ${tools.setsid} ${withEnvironment(tools, config.env)} $groups ${tools.nsenter} --root=. --wd=".$directory" ${userWords(config, userSupport, USER_FILE)} "$@"
)
code=$?
${place.sharedProcessId === undefined ? '' : END_THE_REST}
${kept === undefined ? '' : keptShellEnd(kept)}
exit $code
`
}

/** What a process 1 of its own would have taken with it: processes in the same mount namespace as this shell. */
const END_THE_REST = `
for process in /proc/[0-9]*; do
  [ "$process/ns/mnt" -ef /proc/self/ns/mnt ] && [ "$process" != "/proc/$$" ] && kill -9 "\${process#/proc/}"
done`

/** Enters all but the root directory: the shell's programs are the machine's. */
function enterCommand(
  tools: SandboxTools,
  { config, processId }: EnteredContainer,
  script: string,
  command: readonly string[],
): readonly string[] {
  return [
    tools.nsenter,
    `--target=${processId}`,
    '--pid',
    '--net',
    '--uts',
    '--ipc',
    ...scriptCommand(tools.sh, script),
    pathOf(config.env),
    config.workingDir,
    ...command,
  ]
}

function enterScript(
  tools: SandboxTools,
  { config, processId, userSupport, limitFiles }: EnteredContainer,
): string {
  return `
search_path=$1
directory=$2
shift 2
root=/proc/${processId}/root
# Its last program enters the new root a moment after the container is told to have started.
tries=0
while [ "$root" -ef / ] && [ "$tries" -lt 100000 ]; do tries=$((tries + 1)); done
${RESOLVE}
${ENTER_DIRECTORY}
${REFUSE_UNLESS_EXECUTABLE}
${limitFiles.map((file) => `{ echo 0 >${quote(file)}; } 2>/dev/null`).join('\n')}
${groupsScript(tools, config, userSupport)}
export groups
entered=$root$directory
`
}

function enteringWords(
  tools: SandboxTools,
  { config, processId, userSupport }: EnteredContainer,
  env: Readonly<Record<string, string>>,
): string {
  const namespaces = `/proc/${processId}/ns`
  const user = userWords(config, userSupport, `${namespaces}/user`)
  return `${withEnvironment(tools, env)} $groups ${tools.nsenter} --mount=${namespaces}/mnt ${user} --wd=.`
}

/** Of the machine's own directories. */
const REFUSE_UNLESS_THERE = `[ -d "$directory" ] || refuse "cannot enter $directory: ENOENT"`

const ENTER_DIRECTORY = `
resolve "$directory"
directory=$resolved
[ -d "$root$directory" ] || refuse "cannot enter $directory: ENOENT"
[ -x "$root$directory" ] || refuse "cannot enter $directory: EACCES"
`
