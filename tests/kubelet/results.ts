import { formatTable } from '../support/markdown-table.ts'
import { differencesOf, sharedTimes } from './compare.ts'
import type { Scenario } from './scenario.ts'
import type { Trace } from './trace.ts'

const COLUMNS = ['scenario', 'what happens', 'lines', 'result', 'the last thing', 'kubelet', 'ours']

const HEAD = `# Our node beside a kubelet

Each scenario was played three times on a node of Kubernetes 1.34 (kubelet and containerd), and is played on the node of \`hitless up\`
on every run of the tests, with the same program in the containers. Written by \`tests/kubelet/kubelet-conformance.test.ts\` with
\`UPDATE_KUBELET_PAGE=1\`; the traces say what was seen: the sequence of the phase, the conditions, the states of each container with
exit codes, restart counts and messages, the events, and how long after what they came.

_Lines_ are compared one by one; where Kubernetes' own recordings differ, ours has to be one of them. Lines that are _accepted_ differ for
a reason, which the scenario states; see also [deviations](deviations.md). Times are seconds since the last step or the last
change of a container. A kubelet notices a change up to a second late, so ours may be shorter by that, and on a
machine with other work longer. To record anew: \`scripts/build-kubelet-image.ts\` makes the images, \`scripts/record-kubelet.ts\` the traces.
`

/** docs/reference/kubelet.md. */
export function formatResults(
  scenarios: readonly Scenario[],
  recorded: ReadonlyMap<string, Trace>,
  played: ReadonlyMap<string, Trace | Error>,
): string {
  const rows = scenarios.flatMap((scenario) => {
    const [theirs, ours] = [recorded.get(scenario.name), played.get(scenario.name)]
    if (theirs === undefined || ours === undefined || ours instanceof Error) return []
    return [rowOf(scenario, theirs, ours)]
  })
  return `${HEAD}\n${formatTable([COLUMNS, ...rows])}`
}

function rowOf(scenario: Scenario, recorded: Trace, ours: Trace): readonly string[] {
  const differences = differencesOf(recorded, ours, scenario).length
  const accepted = (scenario.accepted ?? []).flatMap(({ lines }) => Object.keys(lines)).length
  const [key, theirTime, ourTime] = sharedTimes(recorded, ours).at(-1) ?? ['', undefined, 0]
  const results = [
    differences === 0 ? 'same' : `${differences} lines differ`,
    ...(accepted === 0 ? [] : [`${accepted} accepted`]),
  ]
  return [
    `[${scenario.name}](../../tests/kubelet/traces/${scenario.name}.txt)`,
    scenario.about,
    String(recorded.lines.size + recorded.times.size),
    results.join(', '),
    key,
    theirTime === undefined ? '' : `${theirTime.least.toFixed(1)} to ${theirTime.most.toFixed(1)}`,
    ourTime.toFixed(1),
  ]
}
