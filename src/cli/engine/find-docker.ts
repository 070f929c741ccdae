import { homedir } from 'node:os'
import { join } from 'node:path'
import { whyNoDocker } from '../../runtime/docker-support.ts'
import { liveHttpCallers } from '../../world/live/http-caller.ts'

/** The engine that the docker command would use, if it answers; over a Unix socket only. */
export async function findDocker(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly socketPath: string } | { readonly reason: string }> {
  if (process.platform !== 'linux') {
    return { reason: 'addresses of containers are reached from Linux only' }
  }
  const { DOCKER_HOST: host = '' } = environment
  const [, named] = /^unix:\/\/(.+)$/.exec(host) ?? []
  if (host !== '' && named === undefined) {
    return {
      reason: `DOCKER_HOST is ${host}, and only a socket of this machine will do (unix:///…)`,
    }
  }
  const paths =
    named === undefined
      ? ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')]
      : [named]
  const reasons: string[] = []
  for (const socketPath of paths) {
    const reason = await whyNoDocker(liveHttpCallers(), socketPath)
    if (reason === undefined) return { socketPath }
    reasons.push(`${socketPath}: ${reason}`)
  }
  return { reason: reasons[0] ?? 'there is no socket' }
}
