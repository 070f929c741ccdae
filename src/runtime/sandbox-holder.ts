import { LIFELINE_DESCRIPTOR } from './sandbox-support.ts'

/**
 * Namespaces that outlive who made them: held by a process of their own, entered by one run after the other
 * (docs/decisions/0012-adoption.md).
 */

/** Made inside when their network is; as seen from there. */
export const KEPT_MARK = '/run/hitless/set-up'

/**
 * The command of the holder. It tells `ready` on its stdout, and lives on when it has read a line from its stdin; when
 * that ends before, it ends and all inside with it. `awaitUsers`: it tells `users` first, and waits for a line until
 * the caller has mapped them.
 */
export function holdSandboxCommand({
  userNamespace,
  awaitUsers,
}: {
  readonly userNamespace: boolean
  readonly awaitUsers: boolean
}): readonly string[] {
  const unshare = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const hold = [...unshare, '/bin/sh', '-c', HOLD_SCRIPT]
  if (!userNamespace) return hold
  if (!awaitUsers) return ['unshare', '--user', '--map-root-user', ...hold.slice(1)]
  const awaitLine = 'echo users; read -r line || exit 1; exec "$@"'
  return ['unshare', '--user', '/bin/sh', '-c', awaitLine, 'hitless', ...hold]
}

/** As process 1 it also takes in what others leave behind. */
const HOLD_SCRIPT = `echo ready
exec >/dev/null
read -r line || exit 1
exec </dev/null
while :; do sleep 2147483 & wait $!; done`

/**
 * The command that runs `argv` inside, from the directory `workingDir`: mounts of the caller's are not there. It is
 * killed when LIFELINE_DESCRIPTOR, a pipe from the caller, is at its end; nothing else is.
 */
export function joinSandboxCommand(
  argv: readonly string[],
  {
    processId,
    userNamespace,
    workingDir,
  }: {
    /** Of the holder's command, as the caller sees it. */
    readonly processId: number
    readonly userNamespace: boolean
    readonly workingDir: string
  },
): readonly string[] {
  const namespaces = `/proc/${processId}/ns`
  const script = `cd "$1" || exit 3
shift
(read -r line; kill -9 $$) <&${LIFELINE_DESCRIPTOR} >/dev/null 2>&1 &
exec ${LIFELINE_DESCRIPTOR}<&-
exec "$@"`
  return [
    'nsenter',
    ...(userNamespace ? [`--user=${namespaces}/user`, '--preserve-credentials'] : []),
    `--net=${namespaces}/net`,
    `--mount=${namespaces}/mnt`,
    // Its own is that of the caller; the one that its child is in is meant.
    `--pid=${namespaces}/pid_for_children`,
    '/bin/sh',
    '-c',
    script,
    'hitless',
    workingDir,
    ...argv,
  ]
}
