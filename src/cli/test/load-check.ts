import { HitlessError } from '../../base/error.ts'
import type { Finding, Location } from '../../base/finding.ts'
import { loadPlanOf } from '../../experiment/load-plan.ts'
import { checkPlan } from '../../load/plan-check.ts'
import type { LoadSettings } from '../../manifest/settings.ts'

/** Where the load goes has no part in whether it can be sent. */
const STAND_IN = { target: { namespace: 'default', name: 'web', port: 80 }, service: { spec: {} } }
const RUN_ID = '000000'

/** What the engine would not send as it is written: told at its place, and before a pod is started. */
export function findUnsendable(
  load: LoadSettings,
  locations: Readonly<Record<string, Location>>,
): readonly Finding[] {
  const ofAll = faultsOf(load, locations['load'])
  if (ofAll.length === 0) return []
  const findings = load.requests.flatMap((request, index) => {
    const location = locations[`load.requests.${index}`] ?? locations['load']
    return faultsOf({ ...load, requests: [request] }, location)
  })
  if (findings.length === 0) return ofAll
  const messages = findings.map(({ message }) => message)
  // What is wrong with more than one request is told of the first.
  return findings.filter(({ message }, index) => messages.indexOf(message) === index)
}

function faultsOf(load: LoadSettings, location: Location | undefined): readonly Finding[] {
  try {
    checkPlan(loadPlanOf(load, STAND_IN, RUN_ID))
    return []
  } catch (error) {
    if (!(error instanceof HitlessError)) throw error
    const { message, hint } = error
    return [
      {
        code: 'settings-wrong-value',
        severity: 'error',
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(location === undefined ? {} : { location }),
      },
    ]
  }
}
