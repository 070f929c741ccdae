import { JSON_PATCHES } from './json-patches.ts'
import { MERGE_PATCHES } from './merge-patches.ts'
import { ORDERING_PATCHES } from './ordering-patches.ts'
import type { PatchCase } from './patched-objects.ts'
import { STRATEGIC_PATCHES } from './strategic-patches.ts'

/** Patches to send to an API server. */
export const PATCH_CASES: readonly PatchCase[] = [
  ...STRATEGIC_PATCHES,
  ...ORDERING_PATCHES,
  ...MERGE_PATCHES,
  ...JSON_PATCHES,
]
