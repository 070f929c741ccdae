import { expect, onTestFinished, test } from 'vitest'
import { startTestApiServer } from '../../tests/support/running-api-server.ts'

const PODS = '/api/v1/namespaces/default/pods'
const MERGE = { 'content-type': 'application/strategic-merge-patch+json' }

test.each([
  ['a node of hitless', 'hitless://0.1.0', true],
  ['another node', 'containerd://2.1.0', false],
  ['a node that is not there', undefined, false],
])('a debugging container for a pod on %s', async (_, containerRuntimeVersion, isWarned) => {
  const { call, close, faults } = await startTestApiServer()
  onTestFinished(close)
  if (containerRuntimeVersion !== undefined) {
    await call('POST', '/api/v1/nodes', {
      body: {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'n' },
        status: { nodeInfo: { containerRuntimeVersion } },
      },
    })
  }
  const containers = [{ name: 'app', image: 'app:v1' }]
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }
  await call('POST', PODS, { body: { ...body, spec: { nodeName: 'n', containers } } })
  const ephemeralContainers = [{ name: 'debugger', image: 'shell' }]
  const { status, headers } = await call('PATCH', `${PODS}/p/ephemeralcontainers`, {
    body: { spec: { ephemeralContainers } },
    headers: MERGE,
  })
  expect(status).toBe(200)
  const warning = headers.get('warning')
  if (isWarned)
    expect(warning).toMatch(/^299 - "hitless stores ephemeral containers and does not run/)
  else expect(warning).toBeNull()
  expect(faults).toEqual([])
})
