import { expect, test } from 'vitest'
import { recordingOf } from '../../../tests/recording-builder.ts'
import { type Script, oldPod } from '../../../tests/recording-script.ts'
import type { DeploymentSpec } from '../../api/workload.ts'
import { judge } from '../judge.ts'

/** The old pod is deleted at 5 s and gone at 5.1 s; the new one is ready at 7 s. */
const BLACKOUT: Script = {
  pods: [
    oldPod({
      name: 'web-old-a',
      ip: '10.0.0.1',
      deletedAt: 5,
      preStopEndsAt: undefined,
      stopSignalAt: 5,
      closesAt: 5.01,
      exitsAt: 5.05,
    }),
    { name: 'web-new-b', ip: '10.0.0.2', startsAt: 5.2, listensAt: 5.3, readyAt: 7 },
  ],
  programmed: [
    [0.8, ['web-old-a']],
    [5.1, []],
    [7.5, ['web-new-b']],
  ],
  requests: [
    { at: 5.05, outcome: 'reset-fresh', to: 'web-old-a', result: 'refused' },
    { at: 6, outcome: 'connect-refused' },
    { at: 7.2, outcome: 'connect-refused' },
  ],
}

function causesOf(changes: Partial<DeploymentSpec>) {
  const recording = recordingOf(BLACKOUT)
  const objects = recording.run.objects.map((sourced) => {
    const { object } = sourced
    const spec = 'spec' in object && typeof object.spec === 'object' ? object.spec : {}
    return { ...sourced, object: { ...object, spec: { ...spec, ...changes } } }
  })
  return judge({ ...recording, run: { ...recording.run, objects } }).causes
}

const withoutSurge = (maxSurge: number | string) =>
  ({
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 1 } },
  }) as const

test.each([0, '0%'])(
  'one replica with maxSurge %s leaves nobody in between: single-replica',
  (surge) => {
    expect(causesOf(withoutSurge(surge))).toMatchObject([
      {
        id: 'single-replica',
        requests: 3,
        objects: [{ kind: 'Deployment', name: 'web', requests: 3 }],
        because: 'deployment "web" has 1 replica and a maxSurge of 0',
      },
    ])
  },
)

test.each([
  ['it may surge', withoutSurge('25%')],
  ['there are two replicas', { ...withoutSurge(0), replicas: 2 }],
])('the same blackout is not single-replica when %s', (_, changes) => {
  expect(causesOf(changes).map(({ id }) => id)).not.toContain('single-replica')
})
