import { expect, test } from 'vitest'
import type { PortUse, Runtime } from '../../runtime/runtime.ts'
import { SimulatedNetwork } from '../../simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../simulator/simulated-runtime.ts'
import type { FactBody } from '../../timeline/fact.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { DEFAULT_TIMINGS } from '../timings.ts'
import { ListenerWatch } from './listener-watch.ts'

/** Port 80 as `use` says it at a time in milliseconds; a look takes `lookMs`. */
function watched(
  use: (atMs: number) => { readonly listens: boolean; readonly open: number },
  { lookMs = 0, seesConnections = true } = {},
) {
  const clock = newVirtualClock()
  const nowMs = () => Math.round(clock.monotonicNs() / 1_000_000)
  const told: string[] = []
  const looks: number[] = []
  const look = async (): Promise<PortUse> => {
    if (lookMs > 0) await new Promise<void>((resolve) => void clock.after(lookMs, resolve))
    const { listens, open } = use(nowMs())
    return { listening: listens ? [80] : [], connections: new Map([[80, open]]), isCut: false }
  }
  const runtime: Runtime = new SimulatedRuntime({
    clock,
    network: new SimulatedNetwork({ clock }),
    apps: {},
  })
  Object.assign(runtime, {
    listeningPorts: async () => (await look()).listening,
    portUse: !seesConnections
      ? undefined
      : async () => {
          looks.push(nowMs())
          return look()
        },
  })
  const record = (fact: FactBody) => {
    if (fact.kind === 'listener-opened') told.push(`${nowMs()} opened`)
    else if (fact.kind === 'listener-closed') told.push(`${nowMs()} closed`)
    else if (fact.kind === 'bound-reached') told.push(`${nowMs()} bound ${fact.limit}`)
    else if (fact.kind === 'connections-closed') {
      const { listening, before, resolutionMs } = fact
      told.push(`${nowMs()} ${listening ? 'none' : 'last'} of ${before} within ${resolutionMs}`)
    }
  }
  const doors = { clock, runtime, recorder: { record }, timings: DEFAULT_TIMINGS }
  const pod = { namespace: 'default', name: 'web', uid: 'uid' }
  const watch = new ListenerWatch(doors, pod, () => undefined)
  watch.start()
  return { clock, watch, told, looks }
}

test('while a pod is stopped, the last connection is seen to close after its listener', async () => {
  const { clock, watch, told } = watched((atMs) => ({
    listens: atMs < 1_003,
    open: atMs < 1_052 ? 3 : atMs < 1_504 ? 1 : 0,
  }))
  watch.setPace('starting')
  await clock.advance(1_000)
  watch.setPace('stopping')
  await clock.advance(2_000)
  expect(told).toEqual(['0 opened', '1010 closed', '1510 last of 1 within 10'])
})

test('a listener that stays open is told to have no connection each time', async () => {
  const { clock, watch, told } = watched((atMs) => ({
    listens: true,
    open: atMs < 200 || (atMs >= 300 && atMs < 400) ? 1 : 0,
  }))
  watch.setPace('stopping')
  await clock.advance(600)
  watch.allExited()
  expect(told).toEqual([
    '0 opened',
    '200 none of 1 within 10',
    '400 none of 1 within 10',
    '600 closed',
    '600 last of 0 within 0',
  ])
})

test('an end before the first look tells what it knows', async () => {
  const { clock, watch, told, looks } = watched(() => ({ listens: true, open: 2 }))
  watch.setPace('starting')
  await clock.advance(100)
  watch.allExited()
  expect(told).toEqual(['0 opened', '100 closed'])
  expect(looks).toEqual([])
})

test('connections of a listener that closes while nothing is stopped are followed to their end', async () => {
  const { clock, watch, told, looks } = watched((atMs) => ({
    listens: atMs < 300,
    open: atMs < 1_100 ? 2 : 0,
  }))
  watch.setPace('starting')
  await clock.advance(510)
  watch.setPace('idle')
  await clock.advance(490)
  expect(told).toEqual(['0 opened', '500 closed'])
  await clock.advance(2_000)
  expect(told.at(-1)).toBe('1260 last of 2 within 250')
  expect(looks).toEqual([500, 510, 760, 1_010, 1_260])
})

test('long looks at connections are made less often, with looks at listeners between them', async () => {
  const { clock, watch, looks, told } = watched(
    (atMs) => ({ listens: atMs < 130, open: atMs < 150 ? 1 : 0 }),
    { lookMs: 10 },
  )
  watch.setPace('stopping')
  await clock.advance(350)
  expect(looks).toEqual([0, 100, 200, 300])
  expect(told).toEqual(['10 opened', '130 closed', '210 last of 1 within 100'])
})

test('a pod that is ready and silent is looked at less and less often', async () => {
  const looks: number[] = []
  const { clock, watch, told } = watched((atMs) => {
    looks.push(atMs)
    return { listens: atMs >= 400_000, open: 0 }
  })
  watch.setPace('silent')
  await clock.advance(2_500)
  expect(looks.length).toBe(11)
  await clock.advance(397_500)
  // A tenth of the time so far, ten seconds at most; every quarter of a second would be 1,600.
  expect(looks.length).toBeLessThan(90)
  await clock.advance(10_000)
  expect(told).toEqual([expect.stringMatching(/^40\d{4} opened$/)])
  await watch.stop()
})

test('there is a bound to how often a port is told to have no connection', async () => {
  const { clock, watch, told } = watched((atMs) => ({ listens: true, open: (atMs / 10) % 2 }))
  watch.setPace('stopping')
  await clock.advance(10_000)
  expect(told.filter((text) => text.includes('none of'))).toHaveLength(100)
  expect(told.filter((text) => text.includes('bound 100'))).toHaveLength(1)
})

test('a runtime that does not see connections tells of listeners only', async () => {
  const { clock, watch, told } = watched((atMs) => ({ listens: atMs < 300, open: 1 }), {
    seesConnections: false,
  })
  watch.setPace('starting')
  await clock.advance(200)
  watch.setPace('stopping')
  await clock.advance(500)
  watch.allExited()
  expect(told).toEqual(['0 opened', '300 closed'])
})
