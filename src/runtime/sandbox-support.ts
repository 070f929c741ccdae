import type { Processes } from '../world/processes.ts'
import { EXAMINE_SCRIPT, explainRefusal, parseExamination } from './sandbox/refusal.ts'
import { USUAL_PATH } from './process/shell.ts'

/** Whether this machine lets hitless make namespaces, and how; or why not and what to do. */
export type SandboxSupport =
  | {
      readonly ok: true
      /** False only for root where user namespaces are refused: pods then run as real root. */
      readonly userNamespace: boolean
    }
  | { readonly ok: false; readonly reason: string; readonly hint: string }

/** The descriptor whose end ends everything inside; see enterSandboxCommand. */
export const LIFELINE_DESCRIPTOR = 4

/**
 * The command that runs `argv` in namespaces of its own: users, network, mounts and processes. A shell
 * is their process 1, because some process must reap what others leave behind; when it or `unshare`
 * ends, the kernel ends everything inside and nothing is left.
 *
 * `lifeline`: LIFELINE_DESCRIPTOR is a pipe from the caller. When the caller is gone, even killed, the pipe
 * is at its end and everything inside is killed, even a program that no longer listens.
 */
export function enterSandboxCommand(
  argv: readonly string[],
  options: {
    readonly userNamespace?: boolean
    readonly lifeline?: boolean
    /** The caller maps the users: it is told `ready` on the lifeline, and answers with a line. */
    readonly awaitUsers?: boolean
  } = {},
): readonly string[] {
  const { userNamespace = true, lifeline = false, awaitUsers = false } = options
  const mapRoot = userNamespace && !awaitUsers ? ['--user', '--map-root-user'] : []
  const watch = `(read -r line <&${LIFELINE_DESCRIPTOR}; kill -9 -1) & `
  // The shell's own remarks (`Killed`) are not the user's; its exit keeps it from becoming the program.
  const run = `exec 5>&2 2>/dev/null; (exec 2>&5 5>&- ${LIFELINE_DESCRIPTOR}<&-; exec "$@"); exit $?`
  return [
    ...(userNamespace && awaitUsers ? AWAIT_USERS : []),
    'unshare',
    ...mapRoot,
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '/bin/sh',
    '-c',
    `${lifeline ? watch : ''}${run}`,
    'hitless',
    ...argv,
  ]
}

/** What is executed when the users are there is root, whoever was before. */
const AWAIT_USERS = [
  'unshare',
  '--user',
  '/bin/sh',
  '-c',
  `echo ready >&${LIFELINE_DESCRIPTOR}; read -r line <&${LIFELINE_DESCRIPTOR}; exec "$@"`,
  'hitless',
]

/** Really tries, in about 20 ms; leaves nothing behind. Never rejects. */
export async function checkSandbox(processes: Processes): Promise<SandboxSupport> {
  if (await canEnter(processes, true)) return { ok: true, userNamespace: true }
  const examined = await processes.run(['/bin/sh', '-c', EXAMINE_SCRIPT], options)
  const examination = parseExamination(examined.stdout)
  if (examination.isRoot && (await canEnter(processes, false))) {
    return { ok: true, userNamespace: false }
  }
  return { ok: false, ...explainRefusal(examination) }
}

/** What the runtime does first. */
const TRIAL = `mount -t tmpfs tmpfs /run && ip link add br0 type bridge &&
ip link add veth0 type veth peer name veth1 &&
unshare --pid --fork --uts --mount mount -t proc proc /proc`

const options = { timeoutMs: 10_000, env: { PATH: USUAL_PATH } }

async function canEnter(processes: Processes, userNamespace: boolean): Promise<boolean> {
  const command = enterSandboxCommand(['/bin/sh', '-c', TRIAL], { userNamespace })
  return (await processes.run(command, options)).exitCode === 0
}

/** A PATH that leads to where checkSandbox has found the programs that make namespaces, too. */
export function withUsualPlaces(path = ''): string {
  const places = path.split(':').filter((place) => place !== '')
  return [...new Set([...places, ...USUAL_PATH.split(':')])].join(':')
}
