import { expect, test } from 'vitest'
import { startTestApiServer } from '../support/running-api-server.ts'
import { warningsOfNotApplied } from '../../src/manifest/not-applied.ts'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const deploymentWith = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'web:v1' }], ...spec },
    },
  },
})

test('clients of the API server are warned of what has no effect, not of what defaults add', async () => {
  const server = await startTestApiServer({ notApplied: warningsOfNotApplied })
  const warningsOf = async (method: string, path: string, body: object) => {
    const { status, headers } = await server.call(method, path, { body })
    expect(status).toBeLessThan(300)
    return headers.get('warning')
  }
  try {
    expect(await warningsOf('POST', DEPLOYMENTS, deploymentWith({}))).toBeNull()
    const path = `${DEPLOYMENTS}/web`
    const told =
      '299 - "Deployment \\"web\\": hostNetwork has no effect here: each pod has a network of its own"'
    expect(await warningsOf('PUT', path, deploymentWith({ hostNetwork: true }))).toBe(told)
    expect(await warningsOf('PUT', `${path}/status`, deploymentWith({}))).toBeNull()
    const pod = { name: 'one', image: 'web:v1' }
    const token = { serviceAccountToken: { path: 'token' } }
    const volumes = [{ name: 'token', projected: { sources: [token] } }]
    const body = { metadata: { name: 'one' }, spec: { containers: [pod], volumes } }
    expect(await warningsOf('POST', '/api/v1/namespaces/default/pods', body)).toBeNull()
  } finally {
    await server.close()
  }
})
