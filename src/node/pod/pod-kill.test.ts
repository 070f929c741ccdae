import { describe, expect, test } from 'vitest'
import { type PlayedPodOptions, playPod } from '../../../tests/support/played-pod.ts'

const SLEEP = { exec: { command: ['sleep', '60'] } }
const hang = () => ({ exitCode: 0, delayMs: 3_600_000 })

describe('the end of everything waits for nothing that hangs', () => {
  test.each<readonly [string, PlayedPodOptions, boolean]>([
    ['a postStart command', { container: { lifecycle: { postStart: SLEEP } } }, false],
    ['a preStop command', { container: { lifecycle: { preStop: SLEEP } } }, true],
    [
      'a preStop request',
      {
        app: { answer: () => ({ kind: 'hang' }) },
        container: { lifecycle: { preStop: { httpGet: { port: 8080 } } } },
      },
      true,
    ],
    [
      'an exec probe',
      {
        app: { exec: hang },
        container: {
          readinessProbe: { exec: { command: ['x'] }, timeoutSeconds: 3_600, periodSeconds: 1 },
        },
      },
      false,
    ],
    [
      'an HTTP probe',
      {
        app: { answer: () => ({ kind: 'hang' }) },
        container: {
          readinessProbe: { httpGet: { port: 8080 }, timeoutSeconds: 3_600, periodSeconds: 1 },
        },
      },
      false,
    ],
    [
      'a gRPC probe',
      {
        app: { health: () => 'hang' },
        container: {
          readinessProbe: { grpc: { port: 8080 }, timeoutSeconds: 3_600, periodSeconds: 1 },
        },
      },
      false,
    ],
  ])('%s', async (_name, options, isDeleted) => {
    const pod = playPod({ ...options, app: { onSigterm: 'ignore', ...options.app } })
    await pod.clock.advance(2_500)
    if (isDeleted) pod.deletePod()
    await pod.clock.advance(500)
    pod.worker.kill()
    await pod.clock.advance(0)
    expect(pod.isDone()).toBe(true)
    expect(pod.clock.timerCount).toBe(0)
  })
})
