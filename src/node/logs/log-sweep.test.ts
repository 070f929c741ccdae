import { expect, test } from 'vitest'
import { SimulatedFiles } from '../../simulator/simulated-files.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { LogSweep } from './log-sweep.ts'

const PODS = '/logs'

async function sweeping(paths: readonly string[], present: string[]) {
  const clock = newVirtualClock()
  const files = new SimulatedFiles()
  for (const path of paths) {
    await files.makeDirectory(`${PODS}/${path.slice(0, path.lastIndexOf('/'))}`)
    await files.writeText(`${PODS}/${path}`, 'x')
  }
  const isPod = (uid: string) => present.includes(uid)
  const sweep = new LogSweep({ clock, files, logDirectory: PODS, isPod })
  const kept = async (path: string) => (await files.list(`${PODS}${path}`)).map(({ name }) => name)
  return { clock, sweep, kept }
}

test('at the start the logs of pods that are no more go, and nothing else', async () => {
  const paths = ['default_web_1/app/0.log', 'default_web_2/app/0.log', 'other/app/0.log']
  const { clock, sweep, kept } = await sweeping(paths, ['2'])
  await sweep.start()
  expect(await kept('')).toEqual(['default_web_2', 'other'])
  await sweep.stop()
  expect(clock.timerCount).toBe(0)
})

test('of a pod that goes later there is time to read them: a minute at least, two at most', async () => {
  const present = ['1']
  const { clock, sweep, kept } = await sweeping(['default_web_1/app/0.log'], present)
  await sweep.start()
  await clock.advance(59_000)
  present.pop()
  await clock.advance(60_000)
  expect(await kept('')).toEqual(['default_web_1'])
  await clock.advance(60_000)
  expect(await kept('')).toEqual([])
  await sweep.stop()
})

test('a container that is restarted keeps the logs of its last two runs, with their rotated files', async () => {
  const files = ['8.log', '9.log', '9.log.3', '10.log', '10.log.1', 'x.log']
  const paths = files.map((name) => `default_web_1/app/${name}`)
  const { sweep, kept } = await sweeping(paths, ['1'])
  await sweep.start()
  expect(await kept('/default_web_1/app')).toEqual(files.slice(1).toSorted())
  await sweep.stop()
})

test('where there are no logs nothing is wrong', async () => {
  const { clock, sweep } = await sweeping([], [])
  await sweep.start()
  await clock.advance(60_000)
  await sweep.stop()
})
