import { interleaveNames } from './expectations/backend-names.ts'
import type { GeneratorReport, SessionReport } from '../timeline/generator.ts'

/** What generators that share a plan have to say together: sums, and of what is worst, the worst one's. */
export function mergeReports(reports: readonly GeneratorReport[]): GeneratorReport {
  const total = (of: (report: GeneratorReport) => number) =>
    reports.reduce((sum, report) => sum + of(report), 0)
  const worst = (of: (report: GeneratorReport) => number) => Math.max(0, ...reports.map(of))
  return {
    planned: total(({ planned }) => planned),
    latenessMs: {
      p50: worst(({ latenessMs }) => latenessMs.p50),
      p99: worst(({ latenessMs }) => latenessMs.p99),
      max: worst(({ latenessMs }) => latenessMs.max),
    },
    loopDelayMsMax: worst(({ loopDelayMsMax }) => loopDelayMsMax),
    connections: {
      opened: total(({ connections }) => connections.opened),
      reused: total(({ connections }) => connections.reused),
      closedIdle: total(({ connections }) => connections.closedIdle),
      agedOut: total(({ connections }) => connections.agedOut),
      faulted: total(({ connections }) => connections.faulted ?? 0),
    },
    backends: interleaveNames(reports.map(({ backends = [] }) => backends)),
    addresses: addUp(reports.map(({ addresses = {} }) => addresses)),
    impediments: [...new Set(reports.flatMap(({ impediments = [] }) => impediments))],
    ...mergeSessions(reports.flatMap(({ sessions = [] }) => sessions)),
  }
}

function mergeSessions(reports: readonly SessionReport[]): { readonly sessions?: SessionReport } {
  if (reports.length === 0) return {}
  const total = (of: (report: SessionReport) => number) =>
    reports.reduce((sum, report) => sum + of(report), 0)
  const worst = (name: 'openMs' | 'reconnectMs') => {
    const known = reports.flatMap((report) => report[name] ?? [])
    const [p50, max] = [known.map(({ p50 }) => p50), known.map(({ max }) => max)]
    return known.length === 0 ? {} : { [name]: { p50: Math.max(...p50), max: Math.max(...max) } }
  }
  return {
    sessions: {
      opened: total(({ opened }) => opened),
      lost: total(({ lost }) => lost),
      messagesSent: total(({ messagesSent }) => messagesSent),
      messagesReceived: total(({ messagesReceived }) => messagesReceived),
      messagesLost: total(({ messagesLost }) => messagesLost),
      messagesDuplicated: total(({ messagesDuplicated }) => messagesDuplicated),
      messagesReordered: total(({ messagesReordered }) => messagesReordered),
      ...worst('openMs'),
      ...worst('reconnectMs'),
    },
  }
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [name, count] of counts.flatMap((one) => Object.entries(one))) {
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return Object.fromEntries(sums)
}
