import type { Secret } from '../access.ts'
import { defineKind } from '../kind-definition.ts'

export const SECRET = defineKind<Secret>({
  kind: 'Secret',
  apiVersion: 'v1',
  plural: 'secrets',
  namespaced: true,
  strategy: { hasStatus: false },
  selectableFields: ({ type }) => ({ type: type ?? '' }),
})
