import type { ConfigMap } from '../core.ts'
import { defineKind } from '../kind-definition.ts'
import { CONFIG_MAP_TABLE } from '../printing/plain-tables.ts'
import { validateConfigMap } from '../validation/config-map.ts'
import { ROOT } from '../validation/fault.ts'
import { validateConfigMapUpdate } from '../validation/update.ts'

export const CONFIG_MAP = defineKind<ConfigMap>({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  strategy: { hasStatus: false },
  updateSteps: ['metadata-change', 'change', 'metadata', 'object'],
  validate: (map) => validateConfigMap(map, ROOT),
  validateUpdate: (next, previous) => validateConfigMapUpdate(next, previous, ROOT),
  table: CONFIG_MAP_TABLE,
  runsFromManifest: true,
})
