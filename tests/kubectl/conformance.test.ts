import { afterAll, beforeAll, describe, test } from 'vitest'
import { comparedKubectls, kubectlMissing } from '../support/kubectl.ts'
import { checkSession } from './check-session.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from './embedded-cluster.ts'
import { readSessions } from './session-files.ts'
import { BASE_VERSION } from './session-text.ts'

const TIMEOUT_MS = 180_000

/** What the other versions run, unless all is asked for: where they differ from each other most. */
const SESSIONS_OF_ALL = /^(?:debug|seed-4|version-and-raw)$/
const ALL = process.env['KUBECTL_SESSIONS'] === 'all'

const KUBECTLS = comparedKubectls()
/** The one that runs them all. */
const FULL = KUBECTLS.find(({ version }) => version === BASE_VERSION) ?? KUBECTLS.at(-1)
const SESSIONS = readSessions('sessions')

describe.skipIf(KUBECTLS.length === 0)(`the sessions of kubectl${kubectlMissing()}`, () => {
  let cluster: EmbeddedCluster

  beforeAll(async () => {
    cluster = await startEmbeddedCluster()
  }, 30_000)

  afterAll(() => cluster.stop())

  describe.each(KUBECTLS)('kubectl $version prints what it prints with Kubernetes', (kubectl) => {
    const sessions = SESSIONS.filter(
      ({ name }) => ALL || kubectl === FULL || SESSIONS_OF_ALL.test(name),
    )
    test.concurrent.each(sessions.filter(({ alone }) => !alone))(
      'in session $name',
      { timeout: TIMEOUT_MS },
      (session) => checkSession(session, cluster, kubectl),
    )

    test.each(sessions.filter(({ alone }) => alone))(
      'in session $name, alone',
      { timeout: TIMEOUT_MS },
      (session) => checkSession(session, cluster, kubectl),
    )
  })
})
