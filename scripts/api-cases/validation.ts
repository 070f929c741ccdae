import { DEPLOYMENT_CASES } from './deployment-faults.ts'
import { CONTAINER_CASES } from './container-faults.ts'
import { KIND_CASES } from './kind-faults.ts'
import { OBJECT_CASES } from './object-faults.ts'
import { POD_CASES } from './pod-faults.ts'
import { POD_SPEC_CASES } from './pod-spec-faults.ts'
import { SERVICE_CASES } from './service-faults.ts'
import type { JsonObject } from './base-objects.ts'

/** Objects, most of them with a fault, to ask the API server about: what does it say to each? */
export const VALIDATION_CASES: readonly (readonly [name: string, object: JsonObject])[] = [
  ...OBJECT_CASES,
  ...DEPLOYMENT_CASES,
  ...CONTAINER_CASES,
  ...KIND_CASES,
  ...SERVICE_CASES,
  ...POD_CASES,
  ...POD_SPEC_CASES,
]
