import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT } from '../../tests/recording-script.ts'
import { judge } from './judge.ts'

const limitsWith = (run: object) => {
  const recording = recordingOf(GOOD_ROLLOUT)
  return judge({ ...recording, run: { ...recording.run, ...run } }).limits
}

const generatorWith = (p99: number) => {
  const { generator } = recordingOf(GOOD_ROLLOUT).run
  return { generator: { ...generator, latenessMs: { p50: 1, p99, max: p99 } } }
}

test('an object of the manifests that was not run is a limit of the proof', () => {
  const object = 'Ingress/web (k8s/ingress.yaml:1:1)'
  expect(limitsWith({ notRun: [object] })).toContain(`${object} was not run.`)
  expect(limitsWith({}).join()).not.toContain('was not run')
})

test('a generator that was later than 5 ms says so, one that was not does not', () => {
  expect(limitsWith(generatorWith(12.4)).join()).toContain('late by up to 12 ms (99 %)')
  expect(limitsWith(generatorWith(5)).join()).not.toContain('late by')
})

test('the gap that may have gone unseen is that between new connections', () => {
  const { load } = recordingOf(GOOD_ROLLOUT).run
  const lanes = [
    { lane: 'new', share: 0.2 },
    { lane: 'reused', share: 0.8, connections: 16 },
  ]
  const at200 = { load: { ...load, ratePerSecond: 200, lanes } }
  expect(limitsWith(at200).join()).toContain(
    'At 40 new connections per second a gap shorter than 75 ms',
  )
  const reusedOnly = {
    load: { ...load, ratePerSecond: 200, lanes: [{ lane: 'reused', share: 1 }] },
  }
  expect(limitsWith(reusedOnly).join()).toContain(
    'At 200 requests per second a gap shorter than 15 ms',
  )
})
