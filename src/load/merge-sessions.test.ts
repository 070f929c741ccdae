import { expect, test } from 'vitest'
import type { GeneratorReport, SessionReport } from '../timeline/generator.ts'
import { mergeReports } from './merge-reports.ts'

const NO_SESSIONS: SessionReport = {
  opened: 0,
  lost: 0,
  messagesSent: 0,
  messagesReceived: 0,
  messagesLost: 0,
  messagesDuplicated: 0,
  messagesReordered: 0,
}

function reportOf(sessions?: Partial<SessionReport>): GeneratorReport {
  return {
    planned: 1,
    latenessMs: { p50: 0, p99: 0, max: 0 },
    loopDelayMsMax: 0,
    connections: { opened: 1, reused: 0, closedIdle: 0, agedOut: 0 },
    ...(sessions === undefined ? {} : { sessions: { ...NO_SESSIONS, ...sessions } }),
  }
}

test('sessions of several generators are added up, and the slowest to come back counts', () => {
  const merged = mergeReports([
    reportOf({ opened: 3, lost: 1, messagesLost: 2, reconnectMs: { p50: 100, max: 900 } }),
    reportOf({ opened: 4, lost: 2, messagesDuplicated: 5, reconnectMs: { p50: 300, max: 400 } }),
    reportOf({ opened: 1 }),
  ])
  expect(merged.sessions).toEqual({
    ...NO_SESSIONS,
    opened: 8,
    lost: 3,
    messagesLost: 2,
    messagesDuplicated: 5,
    reconnectMs: { p50: 300, max: 900 },
  })
})

test('where there are none, none are told', () => {
  expect(mergeReports([reportOf(), reportOf()])).not.toHaveProperty('sessions')
})
