import { expect } from 'vitest'
import type { Kubectl } from '../support/kubectl.ts'
import { ACCEPTED_DIFFERENCES } from './accepted.ts'
import { acceptedFor, comparePrinted, textOf } from './comparison.ts'
import { runSession } from './run-session.ts'
import { prepareSession } from './session-cluster.ts'
import { expectedOf, type Printed, type Session, type Step } from './session-text.ts'

/** Other components are given so many reads to finish their work. */
const READS_MAX = 40

/** A cluster of hitless, and a directory for homes of kubectl. */
export interface CheckedCluster {
  readonly kubeconfig: string
  readonly directory: string
  readonly isReal?: boolean
}

/** Fails with the commands of the session that print something else than with Kubernetes. */
export async function checkSession(
  session: Session,
  { kubeconfig, directory, isReal = false }: CheckedCluster,
  { version, path: kubectlPath }: Kubectl,
): Promise<void> {
  const home = `${directory}/${version}`
  const reached = { kubectlPath, kubeconfig, home, isReal }
  const { kubectl, mask, end } = await prepareSession(reached, session)
  try {
    const isSettled = (step: Step, answers: readonly Printed[]) =>
      answers.length >= READS_MAX || isAsExpected(session, step, version, answers.at(-1))
    const printed = await runSession(session, kubectl, mask, isSettled)
    const differing = session.steps.flatMap((step, index) =>
      isAsExpected(session, step, version, printed[index]) ? [] : [{ step, index }],
    )
    const ours = differing.map(({ step, index }) => transcript(step, printed[index]))
    const theirs = differing.map(({ step }) => transcript(step, expectedOf(step, version)))
    expect(ours.join('\n')).toBe(theirs.join('\n'))
  } finally {
    await end()
  }
}

function isAsExpected(session: Session, step: Step, version: string, printed?: Printed): boolean {
  const expected = expectedOf(step, version)
  if (expected === undefined || printed === undefined) return false
  const accepted = acceptedFor(session.name, step, ACCEPTED_DIFFERENCES)
  // A difference that is gone is taken off the list.
  const wanted = accepted.length > 0 ? 'accepted' : 'same'
  return comparePrinted({ expected, printed }, accepted) === wanted
}

function transcript({ command }: Step, printed: Printed | undefined): string {
  return `$ ${command}\n${printed === undefined ? '' : textOf(printed)}`
}
