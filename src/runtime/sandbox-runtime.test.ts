import { expect, test } from 'vitest'
import { memoryFiles } from '../../tests/support/memory-files.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { Processes } from '../world/processes.ts'
import { startSandboxRuntime } from './sandbox-runtime.ts'

const TOOLS = ['ip', 'nsenter', 'unshare', 'sh', 'mount', 'hostname', 'setsid', 'env']

/** A machine whose `ip` refuses the commands that `refuses` says, and notes all of them. */
async function startOn(refuses: (batch: string) => boolean) {
  const batches: string[] = []
  const processes: Processes = {
    async run(_command, { input = '' }) {
      if (input !== '') batches.push(input.trim())
      const stdout = TOOLS.map((name) => `${name}=/bin/${name}\n`).join('')
      const stderr = 'RTNETLINK answers: No such device'
      return { exitCode: refuses(input) ? 1 : 0, stdout, stderr, timedOut: false }
    },
    spawn: () => ({
      processId: 0,
      writeInput: () => true,
      endInput: () => undefined,
      pauseOutput: () => undefined,
      resumeOutput: () => undefined,
    }),
    follow: () => undefined,
    signal: () => false,
  }
  const files = { ...memoryFiles({}), writeText: async () => undefined }
  const world = { processes, files, clock: newVirtualClock() }
  const runtime = await startSandboxRuntime({ ...world, images: () => undefined })
  return { runtime, batches }
}

const SANDBOX = { id: 'pod-uid', namespace: 'default', name: 'web', hostname: 'web' }

test('a sandbox whose network fails half way is removed, and the next attempt makes it', async () => {
  let failures = 1
  const { runtime, batches } = await startOn(
    (batch) => batch.includes('addr add') && failures-- > 0,
  )
  await expect(runtime.createSandbox(SANDBOX)).rejects.toThrow('No such device')
  expect(batches.at(-1)).toBe('netns del pod1')
  await expect(runtime.createSandbox(SANDBOX)).resolves.toEqual({ ip: '10.244.0.3' })
  expect(batches.at(-1)).toContain('addr add 10.244.0.3/16')
})
