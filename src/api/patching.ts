import { applyJsonPatch } from './patch/json-patch.ts'
import { applyMergePatch } from './patch/merge-patch.ts'
import { applyStrategicMergePatch } from './patch/strategic-merge.ts'
import { definitionOfKind } from './schema.ts'
import type { ApiError } from './api-error.ts'
import type { ApiObject } from './meta.ts'
import { patchInvalid, strategicPatchInvalid } from './patch/patch-refusal.ts'

/** The ways to write down a change, but for server-side apply, which names a wish and not a change. */
export type PatchType = 'json' | 'merge' | 'strategic'

/**
 * The object that a patch makes of `current`, not yet decoded: its fields may have any type. Throws ApiError in
 * Kubernetes' words. A kind without a schema is merged by RFC 7386, as Kubernetes does for custom resources.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-update
 */
export function applyPatch(current: ApiObject, patch: unknown, type: PatchType): object {
  switch (type) {
    case 'json':
      return applyJsonPatch(current, patch)
    case 'merge':
      return applyMergePatch(current, patch)
    case 'strategic': {
      const definition = definitionOfKind(current.apiVersion, current.kind)
      return definition === undefined
        ? applyMergePatch(current, patch)
        : applyStrategicMergePatch(current, patch, definition)
    }
  }
}

/** The refusal of a patch that makes what is no object of its kind; `why` are the decoder's words. */
export function refusedPatch(
  { patch, patched }: { readonly patch: unknown; readonly patched: object },
  type: PatchType,
  why: string,
): ApiError {
  return type === 'strategic'
    ? strategicPatchInvalid(patch, why)
    : patchInvalid(JSON.stringify(patched), why)
}
