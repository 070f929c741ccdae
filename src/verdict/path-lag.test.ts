import { expect, test } from 'vitest'
import { recordingOf } from '../../tests/recording-builder.ts'
import { GOOD_ROLLOUT } from '../../tests/recording-script.ts'
import { judge } from './judge.ts'

/** The pods of this rollout took connections for 3 s after their deletion. */
const judgedWith = (lagMsMax: number | undefined) => {
  const recording = recordingOf(GOOD_ROLLOUT)
  const path = { ...recording.run.path, ...(lagMsMax === undefined ? {} : { lagMsMax }) }
  return judge({ ...recording, run: { ...recording.run, path } })
}

test('a rollout whose pods did not outlast the slowest path was lucky, and proves nothing', () => {
  const { verdict, reasons } = judgedWith(3_500)
  expect(verdict).toBe('inconclusive')
  expect(reasons.join()).toContain('may need 3.5s to learn of it')
})

test.each([1_060, undefined])(
  'a rollout whose pods outlast a path of %s ms is proven',
  (lagMsMax) => {
    expect(judgedWith(lagMsMax).verdict).toBe('proven')
  },
)
