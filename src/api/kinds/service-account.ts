import type { ServiceAccount } from '../access.ts'
import { defineKind } from '../kind-definition.ts'
import { SERVICE_ACCOUNT_TABLE } from '../printing/plain-tables.ts'

export const SERVICE_ACCOUNT = defineKind<ServiceAccount>({
  kind: 'ServiceAccount',
  apiVersion: 'v1',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  strategy: { hasStatus: false, answersDeleted: true },
  table: SERVICE_ACCOUNT_TABLE,
})
