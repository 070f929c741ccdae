import { fieldsOf, textOf, type Fields } from '../../base/fields.ts'
import { sleep, type Clock } from '../../world/clock.ts'
import type { Files } from '../../world/files.ts'
import { OWNER_LABEL, removeOrTell } from './labels.ts'
import { EngineError, type Engine } from './engine.ts'
import { startServiceGateway, type ServiceGatewayProgram } from './service-gateway.ts'
import { readSubnet } from './subnet.ts'

/** Of a cluster, with what leads to Services in it. */
export interface ClusterNetwork {
  readonly id: string
  /** This machine's address in it; absent where the engine tells none. */
  readonly hostAddress?: string
  /** Who listens for a Service has a socket there. Absent: pods do not reach Services. */
  readonly socketDirectory?: string
  /** The engine's id of the container that leads to Services. */
  readonly gatewayId?: string
}

interface NetworkDoors {
  readonly clock: Clock
  readonly files: Files
  readonly serviceGateway?: ServiceGatewayProgram
  readonly onWarning?: (message: string) => void
}

interface NetworkOptions {
  readonly engine: Engine
  readonly name: string
  readonly owner: string
  readonly pauseImage: string
}

const SERVICES = '10.96.0.0/16'

/** Makes the network; where Services cannot be reached in it, that is told, and it is one without. */
export async function openNetwork(
  doors: NetworkDoors,
  options: NetworkOptions,
): Promise<ClusterNetwork> {
  const { serviceGateway: program, files, onWarning = () => undefined } = doors
  if (program !== undefined) {
    try {
      return await openWithServices(doors, program, options)
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      await files.remove(program.socketDirectory)
      onWarning(`pods in Docker do not reach Services: ${error.message}`)
    }
  }
  const { id, gateway } = await createNetwork(options)
  return { id, ...(gateway === '' ? {} : { hostAddress: gateway }) }
}

/** The engine says that a container is gone a moment before it has left its network. */
const LEAVING_MS_MAX = 10_000
const LEAVING_POLL_MS = 100
const STILL_USED = 'has active endpoints'

/** Removes it with what leads to Services. */
export async function closeNetwork(
  doors: {
    readonly engine: Pick<Engine, 'callIfThere'>
    readonly clock: Clock
    readonly files: Pick<Files, 'remove'>
    readonly onWarning: (message: string) => void
  },
  { id, gatewayId, socketDirectory }: ClusterNetwork,
): Promise<void> {
  const { engine, clock, files, onWarning } = doors
  if (gatewayId !== undefined) {
    await removeOrTell(engine, `/containers/${gatewayId}?force=1&v=1`, onWarning)
  }
  await removeOrTell(whenLeft(engine, clock), `/networks/${id}`, onWarning)
  if (socketDirectory !== undefined) await files.remove(socketDirectory)
}

/** Calls again while containers are about to leave the network that is to be removed. */
function whenLeft(engine: Pick<Engine, 'callIfThere'>, clock: Clock): typeof engine {
  return {
    async callIfThere(...call) {
      for (let waitedMs = 0; ; waitedMs += LEAVING_POLL_MS) {
        try {
          return await engine.callIfThere(...call)
        } catch (error) {
          const isUsed = error instanceof EngineError && error.message.includes(STILL_USED)
          if (!isUsed || waitedMs >= LEAVING_MS_MAX) throw error
        }
        await sleep(clock, LEAVING_POLL_MS)
      }
    },
  }
}

/** Rejects with EngineError, and leaves nothing then. */
async function openWithServices(
  { clock, files }: NetworkDoors,
  program: ServiceGatewayProgram,
  options: NetworkOptions,
): Promise<ClusterNetwork> {
  const { engine, name, owner, pauseImage: image } = options
  const network = await createWithGateway(options)
  const { id, gateway: hostAddress, podGateway } = network
  try {
    const gatewayId = await startServiceGateway(
      { engine, clock, files },
      {
        program,
        name: `${name}-services`,
        owner,
        image,
        networkId: id,
        routes: { own: podGateway, next: hostAddress, services: SERVICES },
      },
    )
    return { id, hostAddress, socketDirectory: program.socketDirectory, gatewayId }
  } catch (error) {
    await engine.callIfThere('DELETE', `/networks/${id}`)
    throw error
  }
}

/**
 * A network whose containers have a gateway that is not this machine: the last address of the subnet. It has to be made
 * twice, as only the engine knows which subnets are free, and the address has to be told with the subnet.
 */
async function createWithGateway(options: NetworkOptions) {
  const { engine } = options
  const { id, subnet, gateway } = await createNetwork(options)
  await engine.call('DELETE', `/networks/${id}`)
  const podGateway = readSubnet(subnet)?.last
  if (podGateway === undefined || gateway === '') {
    throw new EngineError(0, `its networks are ${subnet === '' ? 'without a subnet' : subnet}`)
  }
  const config = {
    Subnet: subnet,
    Gateway: gateway,
    // What the bridge driver calls the default gateway of containers.
    AuxiliaryAddresses: { DefaultGatewayIPv4: podGateway },
  }
  const made = await createNetwork(options, { IPAM: { Driver: 'default', Config: [config] } })
  return { ...made, gateway, podGateway }
}

async function createNetwork({ engine, name, owner }: NetworkOptions, more: Fields = {}) {
  const made = await engine.call('POST', '/networks/create', {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { [OWNER_LABEL]: owner },
    ...more,
  })
  const id = textOf(fieldsOf(made)['Id'])
  const { IPAM: ipam } = fieldsOf(await engine.call('GET', `/networks/${id}`))
  const { Config: configs } = fieldsOf(ipam)
  const all = Array.isArray(configs) ? configs.map(fieldsOf) : []
  // Engines that give IPv6 too list both.
  const config = all.find(({ Subnet: subnet }) => !textOf(subnet).includes(':')) ?? {}
  const gateway = textOf(config['Gateway']).replace(/\/\d+$/, '')
  return { id, subnet: textOf(config['Subnet']), gateway }
}
