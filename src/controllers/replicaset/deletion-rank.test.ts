import { describe, expect, test } from 'vitest'
import type { Pod } from '../../api/pod.ts'
import { podOf, readyStatus } from '../testing/objects.ts'
import { compareForDeletion, POD_DELETION_COST } from './deletion-rank.ts'

const NOW_MS = Date.parse('2026-01-01T01:00:00Z')

function readySince(time: string) {
  return {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: time }],
  }
}

function restarted(count: number) {
  return {
    ...readyStatus('10.0.0.1'),
    containerStatuses: [{ name: 'web', restartCount: count }],
  }
}

function cost(value: string) {
  return { annotations: { [POD_DELETION_COST]: value } }
}

function firstToGo(pods: Readonly<Record<string, { pod: Pod; podsOnNode?: number }>>) {
  return Object.entries(pods)
    .map(([name, { pod, podsOnNode = 1 }]) => ({ name, pod, podsOnNode }))
    .toSorted((a, b) => compareForDeletion(a, b, NOW_MS))
    .map(({ name }) => name)
}

describe('the order of deletion (controller_utils_test.go, TestSortingActivePodsWithRanks)', () => {
  const ready = readyStatus('10.0.0.1')
  test.each<[string, { pod: Pod; podsOnNode?: number }, { pod: Pod; podsOnNode?: number }]>([
    [
      'unassigned before assigned',
      { pod: podOf('a', { spec: { nodeName: undefined }, status: { phase: 'Pending' } }) },
      { pod: podOf('b', { status: { phase: 'Pending' } }) },
    ],
    [
      'pending before unknown',
      { pod: podOf('a', { status: { phase: 'Pending' } }) },
      { pod: podOf('b', { status: { phase: 'Unknown' } }) },
    ],
    [
      'unknown before running',
      { pod: podOf('a', { status: { phase: 'Unknown' } }) },
      { pod: podOf('b', {}) },
    ],
    [
      'unready before ready, whatever it costs',
      { pod: podOf('a', { metadata: cost('100') }) },
      { pod: podOf('b', { status: ready, metadata: cost('1') }) },
    ],
    [
      'cheap before dear',
      { pod: podOf('a', { status: ready, metadata: cost('-5') }) },
      { pod: podOf('b', { status: ready }) },
    ],
    [
      'crowded before alone',
      { pod: podOf('a', { status: ready }), podsOnNode: 3 },
      { pod: podOf('b', { status: ready }), podsOnNode: 1 },
    ],
    [
      'ready for a short before a long time',
      { pod: podOf('a', { status: readySince('2026-01-01T00:59:50Z') }) },
      { pod: podOf('b', { status: readySince('2026-01-01T00:00:00Z') }) },
    ],
    [
      'more restarts before fewer',
      { pod: podOf('a', { status: restarted(4) }) },
      { pod: podOf('b', { status: restarted(2) }) },
    ],
    [
      'young before old',
      { pod: podOf('a', { metadata: { creationTimestamp: '2026-01-01T00:59:50Z' } }) },
      { pod: podOf('b', { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } }) },
    ],
    [
      'of about the same age, the smaller uid',
      { pod: podOf('a', { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } }) },
      { pod: podOf('b', { metadata: { creationTimestamp: '2026-01-01T00:00:10Z' } }) },
    ],
  ])('%s', (_rule, first, second) => {
    expect(firstToGo({ second, first })).toEqual(['first', 'second'])
    expect(firstToGo({ first, second })).toEqual(['first', 'second'])
  })

  test.each(['+3', '03', '1.5', 'x', '2147483648'])('a cost of %s counts as none', (value) => {
    const odd = { pod: podOf('a', { status: ready, metadata: cost(value) }) }
    const cheap = { pod: podOf('b', { status: ready, metadata: cost('-1') }) }
    expect(firstToGo({ odd, cheap })).toEqual(['cheap', 'odd'])
  })
})
