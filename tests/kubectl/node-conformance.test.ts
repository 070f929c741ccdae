import { afterAll, beforeAll, describe, test } from 'vitest'
import { comparedKubectls, kubectlMissing } from '../support/kubectl.ts'
import { checkSession } from './check-session.ts'
import { readSessions } from './session-files.ts'
import { startUpCluster, type UpCluster } from './up-cluster.ts'

const TIMEOUT_MS = 180_000
const ALL = process.env['KUBECTL_SESSIONS'] === 'all'

const KUBECTLS = ALL ? comparedKubectls() : comparedKubectls().slice(-1)
const SESSIONS = readSessions('node-sessions')

describe.skipIf(KUBECTLS.length === 0)(`the node sessions of kubectl${kubectlMissing()}`, () => {
  let cluster: UpCluster

  beforeAll(async () => {
    cluster = await startUpCluster()
  }, 90_000)

  afterAll(() => cluster.stop(), 60_000)

  describe.each(KUBECTLS)('kubectl $version prints what it prints with a kubelet', (kubectl) => {
    test.concurrent.each(SESSIONS)('in session $name', { timeout: TIMEOUT_MS }, (session) =>
      checkSession(session, cluster, kubectl),
    )
  })
})
