import { beforeAll, describe, test } from 'vitest'
import { startDockerRuntime } from '../../src/runtime/docker-runtime.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { loadMachineImage } from '../support/docker-image.ts'
import { describeRuntime } from './runtime-contract.ts'

/** The socket of a Docker engine of this machine that tests may use. */
const { HITLESS_TEST_DOCKER: socketPath } = process.env

const IMAGE = 'hitless-test:contract'

if (socketPath === undefined) {
  test.skipIf(true)(
    'the docker runtime: HITLESS_TEST_DOCKER names no socket of an engine',
    () => undefined,
  )
} else {
  // Not about time: on a busy machine a container alone may take an engine twenty seconds.
  describe('with a real engine', { timeout: 120_000 }, () => {
    beforeAll(() => loadMachineImage(socketPath, IMAGE), 120_000)
    describeRuntime(
      'docker',
      () => startDockerRuntime({ ...liveWorld(), callers: liveHttpCallers(), socketPath }),
      {
        image: IMAGE,
        isAlone: false,
        rounds: 10,
        gaps: ['exact-environment', 'missing-directories', 'service-addresses', 'stream-order'],
      },
    )
  })
}
