import type { DropView } from '../drop-view.ts'
import { endingOf } from '../endings.ts'
import { spanOf } from '../units.ts'
import type { Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'

/** Kinds of drops that are spelled out; the rest is counted. */
const KINDS_MAX = 5

/** No cause fits: what is known is told, and nothing is guessed. Always the last of the list. */
export const unexplained: Cause<{ readonly known: string }> = {
  id: 'unexplained',
  title: 'no known cause fits',

  recognise: (drop) => ({ known: knownOf(drop) }),

  explain(cases, view) {
    const kinds = [...Map.groupBy(cases, ({ evidence }) => evidence.known)]
      .map(([known, own]) => ({ known, count: own.length }))
      .sort((a, b) => b.count - a.count || (a.known < b.known ? -1 : 1))
    const told = kinds.slice(0, KINDS_MAX).map(({ known, count }) => `${count} × ${known}`)
    const rest = kinds.slice(KINDS_MAX).reduce((sum, { count }) => sum + count, 0)
    return {
      objects: concernedPods(cases, view),
      explanation: `Known: ${[...told, ...(rest > 0 ? [`${rest} × other`] : [])].join('; ')}.`,
    }
  },
}

function knownOf(drop: DropView): string {
  const { record, observed, programmed } = drop
  return [
    endingOf(record),
    drop.onNewConnection ? 'on a new connection' : 'on a used connection',
    placeOf(drop),
    observed === undefined ? '' : `${observed.ready} ready endpoints`,
    programmed === undefined ? '' : `${programmed} in the proxy`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}

function placeOf({ route, pod, record }: DropView): string {
  if (route === undefined) return 'not routed to any endpoint'
  const where = pod?.pod.name ?? `${route.endpoint.ip}:${route.endpoint.port}`
  if (pod?.deletedAt === undefined || pod.deletedAt > record.endedAt) {
    return `${route.result} at ${where}`
  }
  return `${route.result} at ${where}, which was terminating for ${spanOf(record.endedAt - pod.deletedAt)}`
}
