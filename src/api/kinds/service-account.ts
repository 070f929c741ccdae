import type { Fields } from '../../base/fields.ts'
import type { ServiceAccount } from '../access.ts'
import { mapItems } from '../defaults/fill.ts'
import { defineKind } from '../kind-definition.ts'
import { SERVICE_ACCOUNT_TABLE } from '../printing/plain-tables.ts'
import { warnOfServiceAccount } from '../warnings/plain-kinds.ts'

export const SERVICE_ACCOUNT = defineKind<ServiceAccount>({
  kind: 'ServiceAccount',
  apiVersion: 'v1',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  strategy: {
    hasStatus: false,
    answersDeleted: true,
    prepareNew: withNamesOnly,
    prepareUpdate: withNamesOnly,
  },
  subresources: ['token'],
  warnings: warnOfServiceAccount,
  table: SERVICE_ACCOUNT_TABLE,
})

/** Of a reference to a Secret only the name is kept. */
function withNamesOnly(account: Fields): Fields {
  return mapItems(account, 'secrets', ({ name }) => (name === undefined ? {} : { name }))
}
