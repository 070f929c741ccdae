import { lastWordsOf } from './last-words.ts'
import { podsOf, type Situation } from './situation.ts'
import type { FactOf } from '../timeline/fact.ts'
import type { CutShort } from './waiting.ts'

/** As many pods as a reader takes in; the others most often fail alike. */
const PODS_TOLD_MAX = 3

/** Why a run was cut short, and what is known of the pods that never became ready: the reason is there. */
export function cutMessage(
  cut: CutShort,
  situation: Situation,
  deployment: { readonly namespace: string; readonly name: string },
): string {
  if (cut.reason === 'interrupted') return cut.message
  const stuck = podsOf(situation, deployment).filter(({ ready }) => !ready)
  const told = stuck.slice(0, PODS_TOLD_MAX).map((pod) => `${describe(pod, situation)}.`)
  const others = stuck.length - told.length
  return [cut.message, ...told, ...(others > 0 ? [`${others} more are not ready.`] : [])].join(' ')
}

function describe(observed: FactOf<'pod-observed'>, situation: Situation): string {
  const { pod, phase, restarts, waiting } = observed
  const exit = situation.lastExits.get(pod.uid)
  const said = lastWordsOf(exit?.lastOutput ?? '')
  const warning = situation.lastWarnings.get(`${pod.namespace}/${pod.name}`)
  return [
    `${pod.name} is ${waiting ?? phase}, not ready`,
    restarts > 0 ? `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : '',
    exit === undefined ? '' : `last exit code ${exit.exitCode}`,
    said === '' ? '' : `last output: ${said}`,
    warning === undefined ? '' : `last warning: ${warning.message.trim()}`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}
