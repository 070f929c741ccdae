import { expect, test } from 'vitest'
import { withStandingFields } from './standing-fields.ts'

// Compared with kube-apiserver 1.34.4.

test('a condition of a pod has its times, even those that it has not', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: 'then' }] },
  }
  expect(withStandingFields(pod)['status']).toEqual({
    conditions: [
      { type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: 'then' },
    ],
  })
})

test('a container of a pod has both its states and their times, even those that it has not', () => {
  const containerStatuses = [{ name: 'web', state: { terminated: { exitCode: 0 } } }]
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    status: { containerStatuses },
  }
  expect(withStandingFields(pod)['status']).toEqual({
    containerStatuses: [
      {
        name: 'web',
        state: { terminated: { exitCode: 0, startedAt: null, finishedAt: null } },
        lastState: {},
        ready: false,
        restartCount: 0,
        image: '',
        imageID: '',
      },
    ],
  })
})

test('an event has its times and its source, in each version by their names', () => {
  const metadata = { name: 'web.1' }
  expect(withStandingFields({ apiVersion: 'v1', kind: 'Event', metadata })).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  })
  expect(withStandingFields({ apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata })).toEqual({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata,
    eventTime: null,
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  })
})

test('other kinds say no more than they do', () => {
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }
  expect(withStandingFields(settings)).toEqual(settings)
})
