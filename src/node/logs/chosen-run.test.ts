import { expect, test } from 'vitest'
import type { ContainerPhase, ContainerRecord, Termination } from '../container/container-record.ts'
import { chooseRun } from './chosen-run.ts'

const ended = (containerId: string): Termination => ({
  containerId,
  exitCode: 1,
  reason: 'Error',
  endedAt: 0,
})
const running: ContainerPhase = { kind: 'running', startedAt: 0, startedWall: '' }
const waiting = (reason: string): ContainerPhase => ({ kind: 'waiting', reason })
const record = (phase: ContainerPhase, more: Partial<ContainerRecord> = {}): ContainerRecord => ({
  name: 'app',
  role: 'app',
  restarts: 0,
  phase,
  ...more,
})

const subject = 'container "app" in pod "web"'

/** Of Kubernetes 1.34, kubelet. */
test.each<[string, ContainerRecord | undefined, boolean, object]>([
  ['unknown', undefined, false, { refusal: `${subject} is not available` }],
  [
    'running',
    record(running, { containerId: 'u-app-1', last: ended('u-app-0') }),
    false,
    { containerId: 'u-app-1' },
  ],
  [
    'running, previous',
    record(running, { containerId: 'u-app-1', last: ended('u-app-0') }),
    true,
    { containerId: 'u-app-0' },
  ],
  [
    'first run, previous',
    record(running, { containerId: 'u-app-0' }),
    true,
    { refusal: `previous terminated ${subject} not found` },
  ],
  [
    'terminated',
    record({ kind: 'terminated', termination: ended('u-app-0') }),
    false,
    { containerId: 'u-app-0' },
  ],
  [
    'terminated without a trace',
    record({ kind: 'terminated', termination: ended('') }),
    false,
    { refusal: `${subject} is terminated` },
  ],
  [
    'in back-off',
    record(waiting('CrashLoopBackOff'), { last: ended('u-app-4') }),
    false,
    { containerId: 'u-app-4' },
  ],
  [
    'being made',
    record(waiting('ContainerCreating')),
    false,
    { refusal: `${subject} is waiting to start: ContainerCreating` },
  ],
  [
    'without image',
    record(waiting('ErrImagePull')),
    false,
    { refusal: `${subject} is waiting to start: image can't be pulled` },
  ],
  [
    'still without image',
    record(waiting('ImagePullBackOff')),
    false,
    { refusal: `${subject} is waiting to start: trying and failing to pull image` },
  ],
])('the log of a container that is %s', (_, of, previous, chosen) => {
  expect(chooseRun(of, { pod: 'web', container: 'app', previous })).toEqual(chosen)
})
