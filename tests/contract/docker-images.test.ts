import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDockerRuntime } from '../../src/runtime/docker-runtime.ts'
import type { Runtime } from '../../src/runtime/runtime.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { loadMachineImage } from '../support/docker-image.ts'
import { openImageRegistry, type ImageRegistry } from '../support/image-registry.ts'

/** The socket of a Docker engine of this machine that tests may use. */
const { HITLESS_TEST_DOCKER: socketPath = '' } = process.env

describe.skipIf(socketPath === '')('images of a registry, in Docker', () => {
  const warnings: string[] = []
  const onWarning = (message: string) => warnings.push(message)
  let runtime: Runtime
  let registry: ImageRegistry
  beforeAll(async () => {
    registry = await openImageRegistry()
    const callers = liveHttpCallers()
    runtime = await startDockerRuntime({ ...liveWorld(), callers, socketPath, onWarning })
  }, 120_000)
  afterAll(async () => {
    registry.close()
    await runtime.stop()
  }, 120_000)

  async function prepare(image: string, isPulledAgain = false) {
    let isTold = false
    const onPulling = () => (isTold = true)
    const prepared = await runtime.prepareImage?.(image, {
      mayPull: true,
      isPulledAgain,
      onPulling,
    })
    return { kind: prepared?.kind, isTold, env: runtime.resolveImage(image)?.env['VERSION'] }
  }

  test('one that is there is taken as it is, or as the registry has it by now', async () => {
    const image = `${registry.host}/app:v1`
    registry.serve({ Env: ['VERSION=one'] })
    expect(await prepare(image)).toEqual({ kind: 'pulled', isTold: true, env: 'one' })
    registry.serve({ Env: ['VERSION=two'] })
    expect(await prepare(image)).toEqual({ kind: 'present', isTold: false, env: 'one' })
    expect(await prepare(image, true)).toEqual({ kind: 'pulled', isTold: true, env: 'two' })
    expect(warnings).toEqual([])
  }, 120_000)

  test('the registry is not asked for what was built here', async () => {
    const image = `${registry.host}/built-here:v1`
    await loadMachineImage(socketPath, image, { Env: ['VERSION=mine'] })
    const before = registry.asked()
    expect(await prepare(image, true)).toEqual({ kind: 'present', isTold: false, env: 'mine' })
    expect(registry.asked()).toBe(before)
  }, 120_000)

  test('where the registry does not give it, what is there is taken, which is told once', async () => {
    const image = `${registry.host}/app:v1`
    registry.close()
    expect(await prepare(image, true)).toEqual({ kind: 'present', isTold: true, env: 'two' })
    expect(await prepare(image, true)).toEqual({ kind: 'present', isTold: false, env: 'two' })
    expect(warnings).toEqual([
      expect.stringMatching(/app:v1" could not be pulled again: .*refused/),
    ])
  }, 120_000)
})
