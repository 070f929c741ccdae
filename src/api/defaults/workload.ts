import type { Fields } from '../../base/fields.ts'
import { fill, mapField, withoutZeros } from './fill.ts'
import { withoutMetadataZeros } from './metadata.ts'
import { defaultPodSpec } from './pod-spec.ts'

/** pkg/apis/apps/v1/defaults.go. */
export function defaultDeploymentSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, ['minReadySeconds', 'paused']), {
    replicas: 1,
    strategy: {},
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  })
  return mapField(mapField(filled, 'strategy', defaultStrategy), 'template', defaultTemplate)
}

function defaultStrategy(strategy: Fields): Fields {
  const filled = fill(strategy, { type: 'RollingUpdate' })
  if (filled['type'] !== 'RollingUpdate') return filled
  return mapField(fill(filled, { rollingUpdate: {} }), 'rollingUpdate', (budgets) =>
    fill(budgets, { maxUnavailable: '25%', maxSurge: '25%' }),
  )
}

export function defaultReplicaSetSpec(spec: Fields): Fields {
  const filled = fill(withoutZeros(spec, ['minReadySeconds']), { replicas: 1 })
  return mapField(filled, 'template', defaultTemplate)
}

function defaultTemplate(template: Fields): Fields {
  const filled = mapField(withoutMetadataZeros(template), 'metadata', (metadata) =>
    withoutZeros(metadata, ['name', 'namespace']),
  )
  return mapField(filled, 'spec', defaultPodSpec)
}
