import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { liveCredentials } from '../../src/world/live/credentials.ts'
import { startTestApiServer, TOKEN, type RunningApiServer } from '../support/running-api-server.ts'
import { REQUEST_CASES, REQUEST_NAMESPACE } from './request-cases.ts'
import { askAll, type RecordedAnswer } from './request-runner.ts'
import recorded from './recorded-requests.json' with { type: 'json' }

describe('raw requests are answered as Kubernetes 1.34 answers them', () => {
  let running: RunningApiServer
  let answers: readonly RecordedAnswer[]

  beforeAll(async () => {
    const door = liveCredentials()
    const { signingKey } = await door.newServer({ dnsNames: [], addresses: [], nowMs: Date.now() })
    running = await startTestApiServer({ signer: door.signerOf(signingKey) })
    const metadata = { name: REQUEST_NAMESPACE }
    running.store.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata })
    answers = await askAll(running.url, { authorization: `Bearer ${TOKEN}` })
  })
  afterAll(() => running.close())

  test.each(REQUEST_CASES.map(({ name, method }, index) => ({ method, name, index })))(
    '$method: $name',
    ({ index }) => {
      expect(answers[index]).toEqual(recorded[index])
    },
  )

  test('no request found a fault of ours', () => {
    expect(running.faults).toEqual([])
  })
})
