import { expect, test } from 'vitest'
import { cgroupSettings, parseCgroups } from './limits.ts'

const LIMITS = { memoryBytes: 67_108_864, cpuMillis: 250 }

test('version 2 takes both limits in one cgroup', () => {
  expect(cgroupSettings({ unified: '/c/h' }, 'app', LIMITS)).toEqual({
    directories: ['/c/h/app'],
    settings: [
      ['/c/h/app/memory.max', '67108864'],
      ['/c/h/app/cpu.max', '25000 100000'],
    ],
    unenforced: [],
    memoryEvents: '/c/h/app/memory.events',
  })
})

test('version 1 takes each in its own, and what is missing is told', () => {
  expect(cgroupSettings({ memory: '/m', cpu: '/p' }, 'app', LIMITS)).toEqual({
    directories: ['/m/app', '/p/app'],
    settings: [
      ['/m/app/memory.limit_in_bytes', '67108864'],
      ['/p/app/cpu.cfs_quota_us', '25000'],
    ],
    unenforced: [],
    memoryEvents: '/m/app/memory.oom_control',
  })
  expect(cgroupSettings({}, 'app', LIMITS).unenforced).toEqual(['memory', 'cpu'])
  expect(cgroupSettings({}, 'app', {}).unenforced).toEqual([])
})

test('a hundredth of a CPU is the least that the kernel takes', () => {
  const { settings } = cgroupSettings({ cpu: '/p' }, 'app', { cpuMillis: 1 })
  expect(settings).toEqual([['/p/app/cpu.cfs_quota_us', '1000']])
})

test('cgroups are read as their script prints them', () => {
  expect(parseCgroups('bind /x\nmemory=/m/hitless.a\ncpu=/c/hitless.b\n')).toEqual({
    memory: '/m/hitless.a',
    cpu: '/c/hitless.b',
  })
})
