import { defineConfig } from 'vitest/config'

/** What real clients and real programs make of hitless, and what they make of a real cluster. */
const CONFORMANCE = [
  'tests/clients/*.test.ts',
  'tests/programs/*.test.ts',
  'tests/kubectl/*conformance.test.ts',
  'tests/kubelet/*conformance.test.ts',
]
/** Whole runs under load. */
const WHOLE_RUNS = ['tests/e2e/**/*.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        // The tests beside the files. They share processes: to start one for each file took longer than its tests.
        test: {
          name: 'rooms',
          include: ['src/**/*.test.ts'],
          isolate: false,
          maxWorkers: 2,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'contracts',
          include: ['tests/**/*.test.ts'],
          exclude: [...CONFORMANCE, ...WHOLE_RUNS],
          maxWorkers: 2,
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // They wait more than they work, and compare what happens, not how fast.
        test: {
          name: 'conformance',
          include: CONFORMANCE,
          maxWorkers: 2,
          testTimeout: 180_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // One at a time, so that they measure the rollout and not each other.
        test: {
          name: 'e2e',
          include: WHOLE_RUNS,
          fileParallelism: false,
          testTimeout: 180_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
