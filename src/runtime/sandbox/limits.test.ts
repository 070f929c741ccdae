import { expect, test } from 'vitest'
import { cgroupSettings, parseCgroups } from './limits.ts'

const LIMITS = { memoryBytes: 67_108_864, cpuMillis: 250 }

test('version 2 takes both limits in one cgroup', () => {
  const unified = { directory: '/c/h', controllers: ['memory', 'cpu'], home: '/c' }
  expect(cgroupSettings({ unified }, 'app', LIMITS)).toEqual({
    limits: [
      {
        resource: 'memory',
        directory: '/c/h/app',
        settings: [
          { file: '/c/h/app/memory.max', value: '67108864' },
          { file: '/c/h/app/memory.swap.max', value: '0', isOptional: true },
          { file: '/c/h/app/memory.oom.group', value: '1', isOptional: true },
        ],
      },
      {
        resource: 'cpu',
        directory: '/c/h/app',
        settings: [{ file: '/c/h/app/cpu.max', value: '25000 100000' }],
      },
    ],
    unenforced: [],
    memoryEvents: '/c/h/app/memory.events',
  })
})

test('version 1 takes each in its own', () => {
  expect(cgroupSettings({ memory: '/m', cpu: '/p' }, 'app', LIMITS)).toEqual({
    limits: [
      {
        resource: 'memory',
        directory: '/m/app',
        settings: [
          { file: '/m/app/memory.limit_in_bytes', value: '67108864' },
          { file: '/m/app/memory.memsw.limit_in_bytes', value: '67108864', isOptional: true },
        ],
      },
      {
        resource: 'cpu',
        directory: '/p/app',
        settings: [
          { file: '/p/app/cpu.cfs_period_us', value: '100000', isOptional: true },
          { file: '/p/app/cpu.cfs_quota_us', value: '25000' },
        ],
      },
    ],
    unenforced: [],
    memoryEvents: '/m/app/memory.oom_control',
  })
})

test.each([
  ['without cgroups', {}, LIMITS, [], ['memory', 'cpu']],
  ['without limits', {}, {}, [], []],
  [
    'where version 2 hands down memory only',
    { unified: { directory: '/c/h', controllers: ['memory'], home: '/c' } },
    LIMITS,
    ['/c/h/app'],
    ['cpu'],
  ],
  [
    'where each version has one of them',
    { cpu: '/p', unified: { directory: '/c/h', controllers: ['memory'], home: '/c' } },
    LIMITS,
    ['/c/h/app', '/p/app'],
    [],
  ],
])('%s, what is missing is told', (_, cgroups, limits, directories, unenforced) => {
  const settings = cgroupSettings(cgroups, 'app', limits)
  expect(settings.limits.map(({ directory }) => directory)).toEqual(directories)
  expect(settings.unenforced).toEqual(unenforced)
})

test('a hundredth of a CPU is the least that the kernel takes', () => {
  const { limits } = cgroupSettings({ cpu: '/p' }, 'app', { cpuMillis: 1 })
  expect(limits[0]?.settings.at(-1)?.value).toBe('1000')
})

test('cgroups are read as their script prints them', () => {
  expect(parseCgroups('bind /x\nmemory=/m/hitless.a\ncpu=/c/hitless.b\n')).toEqual({
    memory: '/m/hitless.a',
    cpu: '/c/hitless.b',
  })
  const text = 'unified=/c/hitless.a\nunified_controllers=memory cpu\nunified_home=/c/session\n'
  expect(parseCgroups(text)).toEqual({
    unified: { directory: '/c/hitless.a', controllers: ['memory', 'cpu'], home: '/c/session' },
  })
})
