import { formatTable } from '../support/markdown-table.ts'
import type { Scenario } from './scenario.ts'
import type { Difference, Trace } from './trace.ts'

/** How our controllers fared in one scenario. */
export interface Result {
  readonly scenario: Scenario
  readonly recorded: Trace
  /** Over our own store. */
  readonly embedded: readonly Difference[]
  /** On the real API server. */
  readonly onReal: readonly Difference[]
  /** How often it was played there until it was the same. */
  readonly attempts: number
}

/** docs/reference/differential.md. */
export function formatResults(results: readonly Result[]): string {
  const rows = results.map(({ scenario, recorded, embedded, onReal, attempts }) => [
    `[${scenario.name}](../../tests/differential/traces/${scenario.name}.txt)`,
    scenario.about,
    String(recorded.steps.length),
    String(countLines(recorded)),
    String(countChances(recorded)),
    String(countAccepted(scenario)),
    describe(embedded),
    `${describe(onReal)}${attempts === 1 ? '' : ` (attempt ${attempts})`}`,
  ])
  return `${HEAD}\n${formatTable([COLUMNS, ...rows])}`
}

const COLUMNS = [
  'scenario',
  'what happens',
  'steps',
  'lines',
  'by chance',
  'accepted',
  'ours',
  'ours on the real API server',
]

const HEAD = `# Our controllers beside those of Kubernetes

Each scenario was played three times against the controllers of Kubernetes 1.34, with the pods' status driven by the script, and then
against ours: over our own store (on every run of the tests), and on a real API server whose own deployment, replicaset and
endpointslice controllers were switched off. Written by \`scripts/record-traces.ts\`; the traces say what was seen after every step: the
sizes of the ReplicaSets in their order, counts, conditions, annotations, pods and events.

_Lines_ are compared one by one. _By chance_ are lines that differ between Kubernetes' own recordings: ours has to be one of those.
_Accepted_ are lines of ours that differ for a reason, which the scenario states; see also [deviations](deviations.md).
`

function describe(differences: readonly Difference[]): string {
  return differences.length === 0 ? 'same' : `${differences.length} lines differ`
}

function countLines({ steps }: Trace): number {
  return steps.reduce((total, { lines }) => total + lines.size, 0)
}

function countChances({ steps }: Trace): number {
  const chances = steps.flatMap(({ lines }) => [...lines.values()].filter((one) => one.length > 1))
  return chances.length
}

function countAccepted({ accepted = [] }: Scenario): number {
  return accepted.reduce((total, { lines }) => total + Object.keys(lines).length, 0)
}
