import { homedir } from 'node:os'
import { join } from 'node:path'
import { CallError } from '../../world/http-caller.ts'
import { liveHttpCallers } from '../../world/live/http-caller.ts'

const PING_TIMEOUT_MS = 2_000

/** The engine that the docker command would use, if it answers; over a Unix socket only. */
export async function findDocker(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly socketPath: string } | { readonly reason: string }> {
  if (process.platform !== 'linux') {
    return { reason: 'addresses of containers are reached from Linux only' }
  }
  const { DOCKER_HOST: host = '' } = environment
  const [, named] = /^unix:\/\/(.+)$/.exec(host) ?? []
  if (host !== '' && named === undefined) return { reason: `DOCKER_HOST ${host} is no Unix socket` }
  const paths =
    named === undefined
      ? ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')]
      : [named]
  const reasons: string[] = []
  for (const socketPath of paths) {
    const reason = await ping(socketPath)
    if (reason === undefined) return { socketPath }
    reasons.push(`${socketPath}: ${reason}`)
  }
  return { reason: reasons[0] ?? 'there is no socket' }
}

/** Undefined when it answers. */
async function ping(socketPath: string): Promise<string | undefined> {
  const caller = liveHttpCallers().open({ baseUrl: 'http://docker', socketPath })
  try {
    const call = { method: 'GET', target: '/_ping', headers: {}, timeoutMs: PING_TIMEOUT_MS }
    const { status } = await caller.call(call)
    return status === 200 ? undefined : `it answers ${status}`
  } catch (error) {
    return error instanceof CallError ? error.code : String(error)
  } finally {
    await caller.close()
  }
}
