import { type Fields, fieldsOf } from '../base/fields.ts'
import type { ObjectPart } from './kind-definition.ts'
import { validateEphemeralUpdate } from './validation/ephemeral-containers.ts'
import { Field } from './validation/field.ts'
import { validatePodResize } from './validation/pod-resize.ts'
import { validatePod } from './validation/pod-spec.ts'

/** What of a pod subresources of their own write (pkg/registry/core/pod/strategy.go). */
export const POD_PARTS: Readonly<Record<'ephemeralcontainers' | 'resize', ObjectPart>> = {
  ephemeralcontainers: {
    take: (next, previous) => {
      const { ephemeralContainers: containers } = fieldsOf(next['spec'])
      const { ephemeralContainers: _old, ...spec } = fieldsOf(previous['spec'])
      return containers === undefined ? spec : { ...spec, ephemeralContainers: containers }
    },
    check: (next, previous) => [
      ...validatePod(new Field(next)),
      ...validateEphemeralUpdate(new Field(next), new Field(previous)),
    ],
  },
  resize: {
    take: (next, previous) => {
      const [spec, before] = [fieldsOf(next['spec']), fieldsOf(previous['spec'])]
      const lists = ['containers', 'initContainers'].map(
        (list) => [list, resized(listIn(spec, list), listIn(before, list))] as const,
      )
      // Containers that come, go or change their places are for the rules to refuse.
      if (lists.some(([, list]) => list === undefined)) return spec
      const present = lists.filter(([list]) => before[list] !== undefined)
      return { ...before, ...Object.fromEntries(present) }
    },
    check: (next, previous) => [
      ...validatePod(new Field(next)),
      ...validatePodResize(new Field(next), new Field(previous)),
    ],
  },
}

/** The containers of before with the resources of `next`; undefined when they are others. */
function resized(
  next: readonly Fields[],
  previous: readonly Fields[],
): readonly Fields[] | undefined {
  const isSame =
    next.length === previous.length &&
    next.every(({ name }, index) => name === previous[index]?.['name'])
  if (!isSame) return undefined
  return next.map(({ resources, resizePolicy }, index) => {
    const { resources: _resources, resizePolicy: _policy, ...container } = previous[index] ?? {}
    return {
      ...container,
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    }
  })
}

function listIn(spec: Fields, name: string): readonly Fields[] {
  const list = spec[name]
  return Array.isArray(list) ? list.map(fieldsOf) : []
}
