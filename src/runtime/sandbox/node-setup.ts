import { HitlessError } from '../../base/error.ts'
import type { Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import { KEPT_MARK } from '../sandbox-holder.ts'
import { nodeRoutesScript, nodeSetupScript, type NodeNetwork } from './network-commands.ts'
import { SKELETON } from './root-places.ts'
import { FIND_TOOLS_SCRIPT, parseTools, type SandboxTools } from './tools.ts'

/** In the private /run. */
const OWN_DIRECTORY = '/run/hitless'
export const RECORD_DIRECTORY = `${OWN_DIRECTORY}/records`

/** Setting up takes milliseconds; a machine that needs this long is not usable. */
export const COMMAND_TIMEOUT_MS = 10_000

/** Who hitless's user 0 is outside of its user namespace: user_namespaces(7), "uid_map". The first one has a number of its own. */
const TELL_USER_SCRIPT = `read -r inside outside count </proc/self/uid_map
users=0
while read -r inside from more; do users=$((users + more)); done </proc/self/uid_map
if [ "$outside" != 0 ] && [ "$users" = 1 ]; then echo 'hitless_user=rootless, one user'
elif [ "$outside" != 0 ]; then echo 'hitless_user=rootless'
elif [ "$(readlink /proc/self/ns/user)" = 'user:[4026531837]' ]; then echo 'hitless_user=as root'
else echo 'hitless_user=as root, in a user namespace'; fi
`

/**
 * Makes of new namespaces a node: its network, its /run. `kept`: an earlier run may have done so, and what it has made is in
 * use. Rejects with HitlessError `sandbox-setup`.
 */
export async function setUpNode(
  processes: Processes,
  { network, kept }: { readonly network: NodeNetwork; readonly kept: boolean },
): Promise<{
  readonly tools: SandboxTools
  /** For people. */
  readonly user: string
  /** Empty, for pipes: those of an earlier run may be in use. */
  readonly pipeDirectory: string
}> {
  const setUp = `${nodeSetupScript(network)}mkdir -p ${RECORD_DIRECTORY}\n`
  const script = [
    TELL_USER_SCRIPT,
    kept ? onceScript(setUp) : setUp,
    nodeRoutesScript(network),
    `echo "hitless_pipes=$(mktemp -d ${OWN_DIRECTORY}/pipes.XXXXXX)"\n`,
    FIND_TOOLS_SCRIPT,
  ].join('')
  const { exitCode, stdout, stderr } = await processes.run(['/bin/sh', '-c', script], {
    timeoutMs: COMMAND_TIMEOUT_MS,
    env: SCRIPT_ENVIRONMENT,
  })
  const found = parseTools(stdout)
  if (exitCode !== 0 || 'missing' in found) {
    const reason = 'missing' in found ? `missing: ${found.missing.join(', ')}` : stderr.trim()
    throw new HitlessError('sandbox-setup', `the pod network could not be set up: ${reason}`, {
      exitCode: 3,
      hint: 'Install util-linux and iproute2, and run hitless where user namespaces are allowed.',
    })
  }
  return {
    tools: found.tools,
    user: /^hitless_user=(.*)$/m.exec(stdout)?.[1] ?? 'rootless',
    pipeDirectory: /^hitless_pipes=(.*)$/m.exec(stdout)?.[1] ?? OWN_DIRECTORY,
  }
}

/** A skeleton without the record of what is in it is half made. */
function onceScript(setUp: string): string {
  return `[ -e ${KEPT_MARK} ] || {
${setUp}: >${KEPT_MARK}
}
[ -e ${RECORD_DIRECTORY}/abilities ] || rm -rf ${SKELETON}
`
}
