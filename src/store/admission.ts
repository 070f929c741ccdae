import { applyDefaults } from '../api/defaults.ts'
import type { ApiObject } from '../api/meta.ts'
import {
  validateFinalizeUpdate,
  validateObject,
  validateStatusUpdate,
  validateUpdate,
  type FieldFault,
} from '../api/validation.ts'

/** What happens to an object before it is stored. */
export interface Admission {
  applyDefaults<O extends ApiObject>(object: O): O
  /** What is wrong with a new object, defaults applied. */
  validate(object: ApiObject): readonly FieldFault[]
  /** What is wrong with a change. */
  validateUpdate(next: ApiObject, previous: ApiObject): readonly FieldFault[]
  /** What is wrong with a write of the status. */
  validateStatusUpdate(next: ApiObject, previous: ApiObject): readonly FieldFault[]
  /** What is wrong with a write through `finalize`. */
  validateFinalizeUpdate(next: ApiObject, previous: ApiObject): readonly FieldFault[]
}

export const KUBERNETES_ADMISSION: Admission = {
  applyDefaults,
  validate: validateObject,
  validateUpdate,
  validateStatusUpdate,
  validateFinalizeUpdate,
}
