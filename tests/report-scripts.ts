import { GOOD_ROLLOUT, type RequestScript, type Script, oldPod } from './recording-script.ts'

const [, ...OTHER_PODS] = GOOD_ROLLOUT.pods

const refused = (at: number, lane: 'new' | 'reused' = 'new'): RequestScript => ({
  at,
  lane,
  to: 'web-old-a',
  outcome: 'reset-fresh',
  result: 'refused',
  errno: 'ECONNRESET',
  tookMs: 1,
})

/** One old pod ends as soon as it is deleted, while the proxy learns of it 0.5 s later. */
export const WITHOUT_PRE_STOP: Script = {
  ...GOOD_ROLLOUT,
  container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } },
  pods: [
    oldPod({
      name: 'web-old-a',
      ip: '10.0.0.1',
      deletedAt: 6,
      preStopEndsAt: undefined,
      stopSignalAt: 6.001,
      closesAt: 6.002,
      exitsAt: 6.005,
    }),
    ...OTHER_PODS,
  ],
  requests: [refused(6.05), refused(6.2, 'reused'), refused(6.4)],
}

/** The same, and a request that the ending app had in hand, and an answer that nobody can explain. */
export const SEVERAL_CAUSES: Script = {
  ...WITHOUT_PRE_STOP,
  requests: [
    ...(WITHOUT_PRE_STOP.requests ?? []),
    { at: 5.5, outcome: 'truncated', to: 'web-old-a', gotFirstByte: true, tookMs: 505 },
    { at: 12, outcome: 'status', status: 503, to: 'web-new-d' },
  ],
}

export const NOT_SENT: Script = {
  ...GOOD_ROLLOUT,
  requests: [{ at: 8, outcome: 'not-sent', sent: false }],
  withoutPhases: ['settle'],
  run: {
    cutShort: {
      reason: 'timeout',
      message:
        "The run's timeout passed while hitless waited for the rollout to complete and the last old pod to go.",
    },
  },
}
