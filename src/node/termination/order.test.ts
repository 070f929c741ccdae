import { expect, test } from 'vitest'
import type { ContainerRole } from '../container/container-record.ts'
import { endsBefore } from './order.ts'

const pod = [
  'init-1 init',
  's1 sidecar',
  's2 sidecar',
  'init-2 init',
  's3 sidecar',
  'a app',
  'b app',
]
const ROLES: Readonly<Record<string, ContainerRole>> = {
  init: 'init',
  sidecar: 'sidecar',
  app: 'app',
}
const containers = pod.map((text) => {
  const [name = '', role = ''] = text.split(' ')
  return { name, role: ROLES[role] ?? 'app' }
})

// The rows of kuberuntime_termination_order_test.go.
test.each<readonly [string, readonly string[]]>([
  ['a', []],
  ['init-1', []],
  ['s3', ['a', 'b']],
  ['s2', ['a', 'b', 's3']],
  ['s1', ['a', 'b', 's2']],
  ['nobody', []],
])('before %s end %j', (name, expected) => {
  expect(endsBefore(name, containers)).toEqual(expected)
})
