import { describe, expect, test } from 'vitest'
import { unsentRequest } from '../../../tests/support/unsent-request.ts'
import type { RequestRecord } from '../../timeline/ledger.ts'
import type { MachineLimits, Vitals, VitalSigns } from '../../world/vitals.ts'
import { SelfWatch } from './self-watch.ts'

const IDLE: VitalSigns = {
  ranMs: 0,
  waitedMs: 0,
  throttledMs: 0,
  collectedMs: 0,
  longestCollectionMs: 0,
}
const LIMITS: MachineLimits = {
  filesMax: 64,
  filesOpen: 63,
  ports: [50_000, 50_099],
  timeWait: 98,
}

/** A machine whose signs are at first those of an idle thread, and after that these. */
function machine(after: Partial<VitalSigns>, limits: readonly MachineLimits[] = [LIMITS]): Vitals {
  let looks = 0
  let asked = 0
  return {
    signs: () => (looks++ === 0 ? IDLE : { ...IDLE, ...after }),
    limits: () => limits[Math.min(asked++, limits.length - 1)]!,
  }
}

function stalledFor(ms: number, after: Partial<VitalSigns>): readonly string[] {
  const watch = new SelfWatch(machine(after), 'shop.test:80')
  watch.start(0)
  watch.stalled(ms)
  return watch.impediments(60e9, ms)
}

function limitedRequest(errno: string): RequestRecord {
  return unsentRequest({ outcome: 'local-limit', errno })
}

describe('a generator that stood still', () => {
  const rows: readonly (readonly [Partial<VitalSigns>, string])[] = [
    [{ ranMs: 1_300 }, ': it computed for 1300 ms.'],
    [{ ranMs: 1_300, collectedMs: 1_250 }, ': it collected garbage for 1250 ms.'],
    [{ ranMs: 100, waitedMs: 1_200 }, ': it waited for a CPU for 1200 ms.'],
    [{ ranMs: 100, throttledMs: 900 }, ': the CPU quota of its cgroup was used up for 900 ms.'],
    [{ ranMs: 100 }, ': it neither ran nor waited for a CPU, so its process was stopped, or the '],
    [{ ranMs: undefined, waitedMs: undefined, throttledMs: undefined }, 'for 1300 ms.'],
  ]
  test.each(rows)('with %j tells why', (after, why) => {
    const [first, ...rest] = stalledFor(1_300, after)
    expect(first).toContain('The generator stood still for 1300 ms')
    expect(first).toContain(why)
    expect(rest).toEqual([])
  })

  test('for a second at most is no impediment', () => {
    expect(stalledFor(1_000, { ranMs: 1_000 })).toEqual([])
  })
})

describe('a generator that was late', () => {
  test('at more than 1 % of its slots tells what it did meanwhile', () => {
    expect(lateBy(200, 20)).toEqual([
      expect.stringMatching(
        /^The generator was late: .* more than 200 ms after .*; of the time it ran 5 %, waited for a CPU 40 %\.$/,
      ),
    ])
  })

  test('at fewer, or by less, is no impediment', () => {
    expect(lateBy(200, 5)).toEqual([])
    expect(lateBy(90, 1_000)).toEqual([])
  })
})

test('a generator without a CPU for most of the time says so, whatever it measured', () => {
  const watch = new SelfWatch(machine({ ranMs: 3_000, waitedMs: 6_100 }), 'shop.test:80')
  watch.start(0)
  expect(watch.impediments(10e9, 0)).toEqual([
    'The generator was ready to work and had no CPU for 61 % of the time: this machine was too busy.',
  ])
})

describe('a limit of the machine', () => {
  test('is told once for each kind, with the numbers of its first time', () => {
    expect(limited(['EADDRNOTAVAIL', 'EMFILE', 'EADDRNOTAVAIL', 'ENOBUFS'])).toEqual([
      '2 requests found no free local port towards shop.test:80 (EADDRNOTAVAIL): ' +
        'net.ipv4.ip_local_port_range has 100 (50000 to 50099), and 98 connections are in TIME_WAIT. ' +
        'Keep connections or use fewer, or widen net.ipv4.ip_local_port_range.',
      '1 request found no free file descriptor (EMFILE): the limit of this process is 64. ' +
        'Use fewer connections, or raise the limit (ulimit -n).',
      '1 request met a limit of this machine (ENOBUFS).',
    ])
  })

  test('that keeps its own numbers from being read is told with those of the start', () => {
    const blind = {
      filesMax: undefined,
      filesOpen: undefined,
      ports: undefined,
      timeWait: undefined,
    }
    expect(limited(['EMFILE'], [LIMITS, blind])[0]).toContain('the limit of this process is 64')
  })
})

test('without a machine to ask, as in virtual time, symptoms are told alone', () => {
  const watch = new SelfWatch(undefined, 'shop.test:80')
  watch.start(0)
  watch.stalled(2_000)
  watch.ended(limitedRequest('EADDRNOTAVAIL'))
  expect(watch.impediments(10e9, 2_000)).toEqual([
    '1 request found no free local port towards shop.test:80 (EADDRNOTAVAIL). ' +
      'Keep connections or use fewer, or widen net.ipv4.ip_local_port_range.',
    'The generator stood still for 2000 ms.',
  ])
})

test('a generator that never started has nothing to tell', () => {
  expect(new SelfWatch(machine({ waitedMs: 1e9 }), 'shop.test:80').impediments(10e9, 0)).toEqual([])
})

/** The impediments of a generator that came so late to so many of a thousand requests. */
function lateBy(ms: number, requests: number): readonly string[] {
  const watch = new SelfWatch(machine({ ranMs: 500, waitedMs: 4_000 }), 'shop.test:80')
  watch.start(0)
  for (let index = 0; index < 1_000; index++) watch.planned(index < requests ? ms * 1e6 : 0)
  return watch.impediments(10e9, 0)
}

/** The impediments of a generator whose requests met these limits. */
function limited(errnos: readonly string[], limits?: readonly MachineLimits[]): readonly string[] {
  const watch = new SelfWatch(machine({}, limits), 'shop.test:80')
  watch.start(0)
  for (const errno of errnos) watch.ended(limitedRequest(errno))
  return watch.impediments(10e9, 0)
}
