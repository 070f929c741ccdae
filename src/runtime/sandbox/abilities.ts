import type { Processes } from '../../world/processes.ts'
import type { UserSupport } from './container-user-script.ts'
import { FIND_CGROUPS_SCRIPT, parseCgroups, type Cgroups } from './limits.ts'
import { parseRootPlan, PLAN_ROOT_SCRIPT, type RootPlan } from './root-plan.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import type { SandboxTools } from './tools.ts'

/** What this machine lets containers be given. */
export interface Abilities {
  readonly plan: RootPlan
  readonly userSupport: UserSupport
  readonly cgroups: Cgroups
}

/** A machine with hundreds of mounts takes seconds. */
const TIMEOUT_MS = 30_000

const FIND_USERS_SCRIPT = `
if unshare --user --map-user=1000 --map-group=1000 true 2>/dev/null; then
  echo users mapped
elif nsenter --setgid=1000 --setuid=1000 true 2>/dev/null; then
  echo users real
fi
`

/** Tries everything once, beside the rest of the start; leaves what containers begin with. Never rejects. */
export async function findAbilities(processes: Processes, tools: SandboxTools): Promise<Abilities> {
  const script = `(${PLAN_ROOT_SCRIPT})\n${FIND_USERS_SCRIPT}\n(${FIND_CGROUPS_SCRIPT})\ntrue`
  const { stdout } = await processes.run([tools.unshare, '--mount', tools.sh, '-c', script], {
    timeoutMs: TIMEOUT_MS,
    env: SCRIPT_ENVIRONMENT,
  })
  const users = /^users (mapped|real)$/m.exec(stdout)?.[1]
  return {
    plan: parseRootPlan(stdout),
    userSupport: users === 'mapped' || users === 'real' ? users : 'none',
    cgroups: parseCgroups(stdout),
  }
}
