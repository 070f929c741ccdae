import type { Scenario } from './scenario.ts'
import { FAILING } from './scenarios/failing.ts'
import { FINDING } from './scenarios/finding.ts'
import { INITIALISING } from './scenarios/initialising.ts'
import { LEAVING } from './scenarios/leaving.ts'
import { PROBING } from './scenarios/probing.ts'
import { SHARING } from './scenarios/sharing.ts'
import { SPEAKING } from './scenarios/speaking.ts'
import { STARTING } from './scenarios/starting.ts'
import { STOPPING } from './scenarios/stopping.ts'

/** All of them; their names are those of their traces. */
export const SCENARIOS: readonly Scenario[] = [
  ...STARTING,
  ...INITIALISING,
  ...STOPPING,
  ...PROBING,
  ...FAILING,
  ...SPEAKING,
  ...SHARING,
  ...LEAVING,
  ...FINDING,
]
