import { expect, onTestFinished, test, vi } from 'vitest'
import { memoryFiles } from '../../../tests/support/memory-files.ts'
import { HitlessError } from '../../base/error.ts'
import { liveProcesses } from '../../world/live/processes.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { liveImages } from './live-images.ts'
import type { MachineInput } from './machine-input.ts'

function says(command: readonly string[]): MachineInput {
  const images = [{ pattern: 'app:*', command, env: {}, workingDir: '/' }]
  return {
    settings: { images, hostServices: [] },
    source: { kind: 'given', files: ['/hitless.yaml'] },
  }
}

async function start() {
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => printed.mockRestore())
  const clock = newVirtualClock()
  const changes: MachineInput[] = []
  const old = says(['old'])
  let now = async () => old
  const live = await liveImages({
    world: { clock, files: memoryFiles({}), processes: liveProcesses() },
    first: old.settings.images,
    again: { read: () => now(), onChange: async (machine) => void changes.push(machine) },
  })
  const set = (read: () => Promise<MachineInput>) => void (now = read)
  return { clock, live, changes, printed, set }
}

test('an image runs as the changed file says, and the change is told once', async () => {
  const { clock, live, changes, set } = await start()
  await clock.advance(10_000)
  expect(changes).toEqual([])
  set(async () => says(['new']))
  expect(live.images('app:v1')?.command).toEqual(['old'])
  await clock.advance(10_000)
  expect(live.images('app:v1')?.command).toEqual(['new'])
  expect(changes).toEqual([says(['new'])])
  await live.stop()
  expect(clock.timerCount).toBe(0)
})

test('a file that cannot be used is told once, and what it said before goes on', async () => {
  const { clock, live, changes, printed, set } = await start()
  set(() => Promise.reject(new HitlessError('bad-input', 'no YAML', { exitCode: 2 })))
  await clock.advance(20_000)
  expect(live.images('app:v1')?.command).toEqual(['old'])
  expect(printed.mock.calls).toEqual([['error: no YAML\n']])
  set(async () => says(['new']))
  await clock.advance(2_000)
  expect(changes).toHaveLength(1)
  await live.stop()
})

test('an image archive that cannot be used is told once, however often it is looked at', async () => {
  const { clock, live, changes, printed, set } = await start()
  const [image] = says([]).settings.images
  if (image === undefined) throw new Error('there is one')
  const images = [{ ...image, archive: '/missing.tar' }]
  const { source } = says([])
  set(async () => ({ settings: { images, hostServices: [] }, source }))
  for (let looks = 0; looks < 5; looks += 1) {
    await clock.advance(2_000)
    await vi.waitFor(() => expect(printed).toHaveBeenCalled())
  }
  await live.stop()
  const told = printed.mock.calls.filter(([text]) => String(text).includes('/missing.tar'))
  expect([told.length, changes]).toEqual([1, []])
})
