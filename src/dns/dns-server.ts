import { HitlessError } from '../base/error.ts'
import type { Client } from '../client/client.ts'
import { newInformer, type Informer } from '../client/informer.ts'
import type { Clock } from '../world/clock.ts'
import type { Address, DatagramListener, Listener, Network } from '../world/network.ts'
import { randomInteger, type Random } from '../world/random.ts'
import { answerQuestion, type DnsRecord, type Resolution } from './answer.ts'
import { indexNames, type ClusterNames } from './cluster-names.ts'
import { readQuery, writeAnswer, writeFault } from './message.ts'
import { serveStream } from './stream.ts'

export interface DnsServerOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly address: Address
  /** `cluster.local`. */
  readonly domain: string
}

export interface DnsServer {
  /** Afterwards nothing is watched and nobody listens. */
  stop(): Promise<void>
}

/** More of them at once are turned away. */
const STREAMS_MAX = 128

/**
 * The cluster's DNS: names of Services and their endpoints, and nothing else. What an informer has heard of counts from that
 * moment on, without a lag of its own; what an asker remembers for the time to live is not this one's. Resolves when the
 * first lists are read and both ports are open; rejects with HitlessError `service-address`.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const server = new WatchingServer(options)
  try {
    await server.start()
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

class WatchingServer implements DnsServer {
  readonly #options: DnsServerOptions
  readonly #services: Informer<'Service'>
  readonly #slices: Informer<'EndpointSlice'>
  readonly #streams = new Set<() => void>()
  #datagrams: DatagramListener | undefined
  #listener: Listener | undefined
  /** Absent: something has changed since it was made. */
  #names: ClusterNames | undefined

  constructor(options: DnsServerOptions) {
    this.#options = options
    this.#services = newInformer(options.client, options.clock, 'Service')
    this.#slices = newInformer(options.client, options.clock, 'EndpointSlice')
  }

  async start(): Promise<void> {
    const { network, address } = this.#options
    for (const informer of [this.#services, this.#slices]) {
      informer.onChange(() => (this.#names = undefined))
    }
    await Promise.all([this.#services.start(), this.#slices.start()])
    try {
      this.#datagrams = await network.listenDatagrams(address, (bytes, from) => {
        const answer = this.#answer(bytes, 'datagram')
        if (answer !== undefined) this.#datagrams?.send(answer, from)
      })
      this.#listener = await network.listen(address, (connection) =>
        serveStream(connection, {
          clock: this.#options.clock,
          streams: this.#streams,
          streamsMax: STREAMS_MAX,
          answer: (bytes) => this.#answer(bytes, 'stream'),
        }),
      )
    } catch (cause) {
      const place = `${address.host}:${address.port}`
      throw new HitlessError(
        'service-address',
        `cannot listen on ${place} for the cluster's DNS: ${String(cause)}`,
        {
          exitCode: 3,
          hint: 'Pods would find no names. Does a Service or another program use the address?',
          cause,
        },
      )
    }
  }

  async stop(): Promise<void> {
    this.#services.stop()
    this.#slices.stop()
    await Promise.all([this.#datagrams?.close(), this.#listener?.close()])
    for (const end of this.#streams) end()
  }

  #answer(bytes: Uint8Array, by: 'datagram' | 'stream'): Uint8Array | undefined {
    const read = readQuery(bytes)
    switch (read.kind) {
      case 'ignored':
        return undefined
      case 'fault':
        return writeFault(read.query, read.code)
      case 'question': {
        const { domain, address } = this.#options
        const names = (this.#names ??= indexNames(this.#services.list(), this.#slices.list()))
        const zone = { domain, serverAddress: address.host, names }
        const resolution = this.#inAnyOrder(answerQuestion(zone, read.question))
        return writeAnswer(read.query, resolution, { domain, by })
      }
    }
  }

  /** Many askers take the first address: each of them is to be first as often as the others, as CoreDNS does (`loadbalance`). */
  #inAnyOrder(resolution: Resolution): Resolution {
    if (resolution.kind !== 'found') return resolution
    const { answers } = resolution
    const first = answers.filter(({ type }) => type === 'CNAME')
    const others = answers.filter(({ type }) => type !== 'CNAME')
    return { ...resolution, answers: [...first, ...this.#shuffled(others)] }
  }

  #shuffled(records: readonly DnsRecord[]): readonly DnsRecord[] {
    const keyed = records.map((record) => ({
      record,
      key: randomInteger(this.#options.random, 1 << 30),
    }))
    return keyed.toSorted((a, b) => a.key - b.key).map(({ record }) => record)
  }
}
