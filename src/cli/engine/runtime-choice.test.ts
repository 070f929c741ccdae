import { expect, test } from 'vitest'
import { chooseRuntime, readRuntimeFlag, type RuntimeProbes } from './runtime-choice.ts'

const SUPPORT = { ok: true, userNamespace: true } as const
const REFUSED = { ok: false, reason: 'seccomp', hint: 'Try outside.' } as const

function machine(overrides: Partial<RuntimeProbes>): RuntimeProbes {
  return {
    sandbox: async () => REFUSED,
    docker: async () => ({ reason: 'nobody answers' }),
    mapsImages: async () => false,
    ...overrides,
  }
}

const NO_DOCKER = async () => {
  throw new Error('not to be looked at')
}
const DOCKER = async () => ({ socketPath: '/run/docker.sock' })

test.each([
  [
    'the sandbox where it is allowed',
    machine({ sandbox: async () => SUPPORT, docker: NO_DOCKER }),
    { kind: 'sandbox', support: SUPPORT },
  ],
  [
    'else Docker',
    machine({ docker: DOCKER }),
    { kind: 'docker', socketPath: '/run/docker.sock', note: 'no sandbox: seccomp' },
  ],
  [
    'but not for images that are run as processes',
    machine({ docker: NO_DOCKER, mapsImages: async () => true }),
    { kind: 'loopback', note: 'no sandbox: seccomp' },
  ],
  [
    'else plain processes',
    machine({}),
    { kind: 'loopback', note: 'no sandbox: seccomp; no Docker: nobody answers' },
  ],
])('auto takes %s', async (_which, probes, expected) => {
  expect(await chooseRuntime('auto', probes)).toEqual(expected)
})

test('one that is asked for is taken, or its absence told with the way out', async () => {
  expect(await chooseRuntime('loopback', machine({}))).toEqual({ kind: 'loopback' })
  expect(await chooseRuntime('docker', machine({ docker: DOCKER }))).toMatchObject({
    kind: 'docker',
  })
  await expect(chooseRuntime('docker', machine({}))).rejects.toMatchObject({
    code: 'docker-unavailable',
    exitCode: 3,
  })
  await expect(chooseRuntime('sandbox', machine({}))).rejects.toMatchObject({
    code: 'sandbox-unavailable',
    hint: expect.stringContaining('--runtime loopback'),
  })
})

test('another name is no runtime', () => {
  expect(readRuntimeFlag(undefined)).toBe('auto')
  expect(() => readRuntimeFlag('podman')).toThrow('--runtime podman: there is no such runtime')
})
