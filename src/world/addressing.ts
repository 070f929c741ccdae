import type { Address, Network } from './network.ts'

/**
 * Where addresses of the cluster really are, on a machine where it has no network of its own: the API shows 10.x.y.z
 * as ever, and who listens or connects translates. Plain data, because it crosses threads.
 */
export interface Addressing {
  /** `10.96.`: the network of Services, 16 bits. */
  readonly serviceNetwork: string
  /** `10.244.`: the network of pods; absent where their addresses are real. */
  readonly podNetwork?: string
  /**
   * `addresses`: 10.x.y.z is 127.x.y.z, all of which Linux has. `ports`: each pod has one port of 127.0.0.1, and each
   * port of a Service too, for systems with one loopback address.
   */
  readonly by: 'addresses' | 'ports'
  /** Ports of Services below this one are 60000 higher: this user may not listen on them. 0: on all. */
  readonly lowestPort: number
  /** Whoever listens on a Service's address has a Unix socket `ADDRESS:PORT.sock` there besides, for pods. Absent: need not. */
  readonly socketDirectory?: string
}

const LOW_PORTS_AT = 60_000

/** Ports that pods have where there is one address: above those of programs, below those that systems hand out. */
const POD_PORTS_AT = 20_000
const POD_PORTS = 10_000
const SERVICE_PORTS_AT = 30_000
const SERVICE_PORTS = 18_000

/** Where an address of the cluster is reached, and listened on. Others stay as they are. */
export function translate(address: Address, addressing: Addressing | undefined): Address {
  if (addressing === undefined) return address
  const { serviceNetwork, podNetwork, by, lowestPort } = addressing
  const { host, port } = address
  const isService = host.startsWith(serviceNetwork)
  if (!isService && (podNetwork === undefined || !host.startsWith(podNetwork))) return address
  if (by === 'ports') {
    return { host: '127.0.0.1', port: isService ? servicePort(host, port) : podPort(host) }
  }
  const isLow = isService && port < lowestPort
  return { host: host.replace(/^\d+\./, '127.'), port: isLow ? port + LOW_PORTS_AT : port }
}

/** The one port of a pod where addresses are ports. */
export function podPort(host: string): number {
  return POD_PORTS_AT + (lastTwo(host) % POD_PORTS)
}

function servicePort(host: string, port: number): number {
  // Any function that spreads: 40503 has no factor in common with the number of ports.
  return SERVICE_PORTS_AT + ((lastTwo(host) * 40_503 + port) % SERVICE_PORTS)
}

function lastTwo(host: string): number {
  const [, , third = '0', fourth = '0'] = host.split('.')
  return Number(third) * 256 + Number(fourth)
}

/** The same door for those who know addresses of the cluster only. */
export function translatedNetwork(network: Network, addressing: Addressing | undefined): Network {
  if (addressing === undefined) return network
  return {
    connect: (target, handlers) =>
      network.connect({ ...target, ...translate(target, addressing) }, handlers),
    listen: (address, onConnection) => network.listen(translate(address, addressing), onConnection),
    listenDatagrams: (address, onDatagram) =>
      network.listenDatagrams(translate(address, addressing), onDatagram),
    requestHttp2: (request) =>
      network.requestHttp2({ ...request, target: translate(request.target, addressing) }),
    request: (request) => {
      const url = URL.canParse(request.url) ? new URL(request.url) : undefined
      if (url === undefined) return network.request(request)
      const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
      const real = translate({ host: url.hostname, port }, addressing)
      if (real.host === url.hostname && real.port === port) return network.request(request)
      const { host } = url
      url.hostname = real.host
      url.port = String(real.port)
      // The server still hears the address that it was asked by.
      return network.request({
        ...request,
        url: url.href,
        headers: { Host: host, ...request.headers },
      })
    },
  }
}
