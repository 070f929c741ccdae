import type { TimingRow } from './row.ts'
import { RUNNING } from './rows/running.ts'
import { STARTING } from './rows/starting.ts'
import { STOPPING } from './rows/stopping.ts'

/** The timing table. */
export const ROWS: readonly TimingRow[] = [...STARTING, ...RUNNING, ...STOPPING]
