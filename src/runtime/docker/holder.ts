import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import { HitlessError } from '../../base/error.ts'
import { OWNER_LABEL, POD_LABEL } from './labels.ts'
import { EngineError, type Engine } from './engine.ts'
import { pauseProgram } from './pause-program.ts'
import { tarOf } from './tar.ts'

const PAUSE_REPOSITORY = 'hitless-pause'
const PAUSE_TAG = '1'

/** The image of what holds pods' networks, which is made where it is missing. */
export async function ensurePauseImage(engine: Engine): Promise<string> {
  const image = `${PAUSE_REPOSITORY}:${PAUSE_TAG}`
  try {
    await engine.call('GET', `/images/${image}/json`)
    return image
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 404) throw error
  }
  const program = pauseProgram(engine.architecture)
  if (program === undefined) {
    throw new HitlessError(
      'docker-unavailable',
      `Docker cannot be used: its architecture ${engine.architecture} is none that hitless knows`,
      { exitCode: 3, hint: 'Use --runtime sandbox or loopback.' },
    )
  }
  const changes = encodeURIComponent('ENTRYPOINT ["/pause"]')
  const query = `fromSrc=-&repo=${PAUSE_REPOSITORY}&tag=${PAUSE_TAG}&changes=${changes}`
  await engine.call('POST', `/images/create?${query}`, tarOf('pause', program))
  return image
}

export interface Holder {
  readonly id: string
  readonly ip: string
  /** As this machine sees it. */
  readonly processId: number
}

/** Starts what holds the network, the address and the host name of a pod over restarts of its containers. */
export async function startHolder(
  engine: Engine,
  name: string,
  pod: {
    readonly image: string
    readonly network: string
    readonly hostname: string
    readonly uid: string
    readonly owner: string
  },
): Promise<Holder> {
  const specification: Fields = {
    Image: pod.image,
    Hostname: pod.hostname,
    Labels: { [OWNER_LABEL]: pod.owner, [POD_LABEL]: pod.uid },
    HostConfig: { NetworkMode: pod.network, LogConfig: { Type: 'none', Config: {} } },
  }
  const made = await engine.call('POST', `/containers/create?name=${name}`, specification)
  const id = textOf(fieldsOf(made)['Id'])
  try {
    await engine.call('POST', `/containers/${id}/start`)
    const { State: state, NetworkSettings: settings } = fieldsOf(
      await engine.call('GET', `/containers/${id}/json`),
    )
    const [network] = Object.values(fieldsOf(fieldsOf(settings)['Networks']))
    const processId = Number(fieldsOf(state)['Pid'] ?? 0)
    return { id, ip: textOf(fieldsOf(network)['IPAddress']), processId }
  } catch (error) {
    await engine.callIfThere('DELETE', `/containers/${id}?force=1&v=1`)
    throw error
  }
}
