import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCEPTED_DIFFERENCES } from './accepted.ts'
import { acceptedFor, comparePrinted, isOpen, textOf } from './comparison.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from './embedded-cluster.ts'
import { BASE_VERSION, findKubectls } from './kubectl-versions.ts'
import { OPEN_DIFFERENCES } from './open-differences.ts'
import { runSession } from './run-session.ts'
import { prepareSession } from './session-cluster.ts'
import { readSessions } from './session-files.ts'
import { expectedOf, type Printed, type Session, type Step } from './session-text.ts'

/** Other components are given so many reads to finish their work. */
const READS_MAX = 40
const TIMEOUT_MS = 180_000

/** What the other versions run, unless all is asked for: where they differ, and the guides. */
const SESSIONS_OF_ALL = /^(?:create|describe|exec|rollout|scale|seed-.*|version-and-raw|wait)$/
const ALL = process.env['KUBECTL_SESSIONS'] === 'all'

const KUBECTLS = findKubectls()
const FULL = KUBECTLS.has(BASE_VERSION) ? BASE_VERSION : [...KUBECTLS.keys()].at(-1)
const SESSIONS = readSessions('sessions')

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startEmbeddedCluster()
}, 30_000)

afterAll(() => cluster.stop())

test.skipIf(KUBECTLS.size > 0)('nothing is compared: there is no kubectl from 1.30 on', () => {})

describe.each([...KUBECTLS])(
  'kubectl %s prints what it prints with Kubernetes',
  (version, path) => {
    const sessions = SESSIONS.filter(
      ({ name }) => ALL || version === FULL || SESSIONS_OF_ALL.test(name),
    )
    test.concurrent.each(sessions.filter(({ alone }) => !alone))(
      'in session $name',
      { timeout: TIMEOUT_MS },
      (session) => checkSession(session, version, path),
    )

    test.each(sessions.filter(({ alone }) => alone))(
      'in session $name, alone',
      { timeout: TIMEOUT_MS },
      (session) => checkSession(session, version, path),
    )
  },
)

async function checkSession(session: Session, version: string, kubectlPath: string): Promise<void> {
  const home = join(cluster.directory, version)
  const { kubeconfig } = cluster
  const { kubectl, mask, end } = await prepareSession({ kubectlPath, kubeconfig, home }, session)
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
  if (isOpen(session.name, step, OPEN_DIFFERENCES)) return true
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
