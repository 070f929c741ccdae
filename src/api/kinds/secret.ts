import type { Secret } from '../access.ts'
import { defineKind } from '../kind-definition.ts'
import { SECRET_TABLE } from '../printing/plain-tables.ts'

export const SECRET = defineKind<Secret>({
  kind: 'Secret',
  apiVersion: 'v1',
  plural: 'secrets',
  namespaced: true,
  strategy: { hasStatus: false },
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  table: SECRET_TABLE,
})
