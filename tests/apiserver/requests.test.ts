import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApiServer, TOKEN, type RunningApiServer } from '../support/running-api-server.ts'
import { REQUEST_CASES, REQUEST_NAMESPACE } from './request-cases.ts'
import { askAll, type RecordedAnswer } from './request-runner.ts'
import recorded from './recorded-requests.json' with { type: 'json' }

describe('raw requests are answered as Kubernetes 1.34 answers them', () => {
  let running: RunningApiServer
  let answers: readonly RecordedAnswer[]

  beforeAll(async () => {
    running = await startTestApiServer()
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
