import type { Scenario } from './scenario.ts'
import { FAILING } from './scenarios/failing.ts'
import { OWNING } from './scenarios/owning.ts'
import { PAUSING } from './scenarios/pausing.ts'
import { RECREATING } from './scenarios/recreating.ts'
import { ROLLING } from './scenarios/rolling.ts'
import { ROLLOVER } from './scenarios/rollover.ts'
import { SCALING } from './scenarios/scaling.ts'
import { UNDOING } from './scenarios/undoing.ts'

/** All of them; their names are those of their traces. */
export const SCENARIOS: readonly Scenario[] = [
  ...ROLLING,
  ...SCALING,
  ...PAUSING,
  ...UNDOING,
  ...ROLLOVER,
  ...FAILING,
  ...RECREATING,
  ...OWNING,
]
