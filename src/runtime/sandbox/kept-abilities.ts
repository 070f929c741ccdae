import type { Processes } from '../../world/processes.ts'
import { findAbilities, type Abilities } from './abilities.ts'
import type { Records } from './records.ts'
import type { SandboxTools } from './tools.ts'

/** Found once, they hold as long as the namespaces do: the skeleton and the cgroups are in use. */
export async function keptAbilities(
  processes: Processes,
  tools: SandboxTools,
  records: Records | undefined,
): Promise<Abilities> {
  const kept = await records?.readAbilities()
  if (kept !== undefined) return kept
  const found = await findAbilities(processes, tools)
  await records?.writeAbilities(found)
  return found
}
