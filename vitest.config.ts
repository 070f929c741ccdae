import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'rooms',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [
            'tests/e2e/**',
            'tests/clients/**',
            'tests/programs/**',
            'tests/kubectl/*conformance.test.ts',
            'tests/kubelet/*conformance.test.ts',
            'node_modules/**',
          ],
          testTimeout: 20_000,
        },
      },
      {
        // Whole runs under load: one at a time, so that they measure the rollout and not each other.
        test: {
          name: 'e2e',
          include: [
            'tests/e2e/**/*.test.ts',
            'tests/clients/*.test.ts',
            'tests/programs/*.test.ts',
            'tests/kubectl/*conformance.test.ts',
            'tests/kubelet/*conformance.test.ts',
          ],
          fileParallelism: false,
          testTimeout: 180_000,
        },
      },
    ],
  },
})
