/** Tables whose cells are fields of the object. */
import type { Secret, ServiceAccount } from '../access.ts'
import type { ConfigMap, Namespace } from '../core.ts'
import type { PodDisruptionBudget } from '../disruption.ts'
import type { Lease } from '../lease.ts'
import { ageOf } from './age.ts'
import { tableOf } from './resource-table.ts'

export const NAMESPACE_TABLE = tableOf<Namespace>('Namespace', ({ metadata, status }, nowMs) => [
  metadata.name,
  status?.phase ?? '',
  ageOf(metadata.creationTimestamp, nowMs),
])

export const CONFIG_MAP_TABLE = tableOf<ConfigMap>(
  'ConfigMap',
  ({ metadata, data = {}, binaryData = {} }, nowMs) => [
    metadata.name,
    Object.keys(data).length + Object.keys(binaryData).length,
    ageOf(metadata.creationTimestamp, nowMs),
  ],
)

export const SECRET_TABLE = tableOf<Secret>('Secret', ({ metadata, type, data = {} }, nowMs) => [
  metadata.name,
  type ?? '',
  Object.keys(data).length,
  ageOf(metadata.creationTimestamp, nowMs),
])

export const SERVICE_ACCOUNT_TABLE = tableOf<ServiceAccount>(
  'ServiceAccount',
  ({ metadata, secrets = [] }, nowMs) => [
    metadata.name,
    secrets.length,
    ageOf(metadata.creationTimestamp, nowMs),
  ],
)

export const LEASE_TABLE = tableOf<Lease>('Lease', ({ metadata, spec }, nowMs) => [
  metadata.name,
  spec?.holderIdentity ?? '',
  ageOf(metadata.creationTimestamp, nowMs),
])

export const POD_DISRUPTION_BUDGET_TABLE = tableOf<PodDisruptionBudget>(
  'PodDisruptionBudget',
  ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    String(spec.minAvailable ?? 'N/A'),
    String(spec.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
  ],
)
