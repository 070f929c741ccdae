import {
  clusterAddresses,
  portOf,
  type ClusterNames,
  type NamedEndpoint,
  type NamedPort,
  type NamedService,
} from './cluster-names.ts'

export interface Question {
  /** As it was asked, in any case. */
  readonly name: string
  /** `A`, `SRV`, …; of types without a name here, anything else. */
  readonly type: string
}

export type DnsRecord =
  | {
      readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'TXT'
      readonly name: string
      readonly data: string
    }
  | { readonly type: 'SRV'; readonly name: string; readonly data: ServiceRecord }

interface ServiceRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

export type Resolution =
  | {
      readonly kind: 'found'
      readonly answers: readonly DnsRecord[]
      /** The addresses of what the answers name. */
      readonly additionals?: readonly DnsRecord[]
    }
  /** The name is there, and has nothing of this type. */
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-name' }
  /** It tells of itself: the start of authority. */
  | { readonly kind: 'authority' }
  /** None of the cluster's names. */
  | { readonly kind: 'outside' }

export interface Zone {
  /** `cluster.local`. */
  readonly domain: string
  /** Where it is answered. */
  readonly serverAddress: string
  readonly names: ClusterNames
}

/** Of the specification, which `dns-version` tells. */
const SPECIFICATION = '1.1.0'
/** Names that stand for others may do so in a circle. */
const ALIASES_MAX = 8

const NO_DATA: Resolution = { kind: 'no-data' }
const NO_NAME: Resolution = { kind: 'no-name' }

/**
 * What a cluster answers to a question. Where the specification leaves it open, it is as CoreDNS does: a headless Service
 * without a ready endpoint is no name, and a question for SRV of a Service gets all of its ports.
 * https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function answerQuestion(zone: Zone, { name, type }: Question): Resolution {
  // A server may answer a question for anything with what it likes (RFC 8482).
  return answer(zone, { name: plainName(name), type: type === 'ANY' ? 'A' : type }, ALIASES_MAX)
}

function answer(zone: Zone, question: Question, aliasesMax: number): Resolution {
  const { domain } = zone
  const { name } = question
  const address = reverseAddress(name)
  if (address !== undefined) return pointers(zone, question, address)
  if (name === domain) return ofDomain(zone, question)
  if (!name.endsWith(`.${domain}`)) return { kind: 'outside' }
  const labels = name.slice(0, -domain.length - 1).split('.')
  const kind = labels.pop()
  if (kind === 'svc') return ofServices(zone, question, labels, aliasesMax)
  if (kind === 'pod') return ofPods(zone, question, labels)
  if (kind === 'dns-version' && labels.length === 0) {
    return only(question, 'TXT', [SPECIFICATION])
  }
  if (kind === 'dns' && labels.length === 0) return NO_DATA
  if (kind === 'dns' && labels.join('.') === 'ns') return addresses(question, [zone.serverAddress])
  return NO_NAME
}

function ofDomain({ domain }: Zone, question: Question): Resolution {
  if (question.type === 'SOA') return { kind: 'authority' }
  return only(question, 'NS', [serverName(domain)])
}

export function serverName(domain: string): string {
  return `ns.dns.${domain}`
}

/** https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#a-aaaa-records-1 */
function ofPods(
  { names }: Zone,
  question: Question,
  [first = '', ...rest]: readonly string[],
): Resolution {
  if (first === '') return NO_DATA
  const [namespace] = rest
  if (namespace === undefined) return names.namespaces.has(first) ? NO_DATA : NO_NAME
  const address = first.replaceAll('-', '.')
  const isThere = rest.length === 1 && names.namespaces.has(namespace) && isIpv4(address)
  return isThere ? addresses(question, [address]) : NO_NAME
}

function ofServices(
  zone: Zone,
  question: Question,
  labels: readonly string[],
  aliasesMax: number,
): Resolution {
  const { services, namespaces } = zone.names
  const [namespace, name, ...before] = labels.toReversed()
  if (namespace === undefined) return NO_DATA
  if (name === undefined) return namespaces.has(namespace) ? NO_DATA : NO_NAME
  const named = services.get(`${namespace}/${name}`)
  if (named === undefined) return NO_NAME
  const target = `${name}.${namespace}.svc.${zone.domain}`
  const [last, first, ...more] = before
  if (last === undefined) return ofService(zone, question, { named, target }, aliasesMax)
  if (more.length > 0 || named.service.spec.type === 'ExternalName') return NO_NAME
  if (last.startsWith('_')) {
    const asked = { protocol: last.slice(1), port: first?.slice(1) }
    if (first !== undefined && !first.startsWith('_')) return NO_NAME
    const records = serviceRecords(question, { named, target }, asked)
    if (records.kind !== 'found') return NO_NAME
    return question.type === 'SRV' && first !== undefined ? records : NO_DATA
  }
  if (first !== undefined) return NO_NAME
  const endpoints = named.endpoints.filter(({ label }) => label.toLowerCase() === last)
  if (endpoints.length === 0) return NO_NAME
  return question.type === 'SRV'
    ? serviceRecords(question, { named: { ...named, endpoints }, target, ofEndpoints: true }, {})
    : addresses(
        question,
        endpoints.map(({ address }) => address),
      )
}

interface Asked {
  readonly named: NamedService
  readonly target: string
  /** Of a Service with an address too. */
  readonly ofEndpoints?: boolean
}

function ofService(
  zone: Zone,
  question: Question,
  { named, target }: Asked,
  aliasesMax: number,
): Resolution {
  const { service, endpoints } = named
  const { type: kind, externalName = '' } = service.spec
  if (kind === 'ExternalName') return alias(zone, question, plainName(externalName), aliasesMax)
  const own = clusterAddresses(service)
  if (own.length === 0 && endpoints.length === 0) return NO_NAME
  if (question.type === 'SRV') {
    const records = serviceRecords(question, { named, target }, {})
    return records.kind === 'found' ? records : NO_DATA
  }
  return addresses(question, own.length > 0 ? own : endpoints.map(({ address }) => address))
}

function alias(zone: Zone, question: Question, target: string, aliasesMax: number): Resolution {
  const isName = target.split('.').every((label) => /^[^:]{1,63}$/.test(label))
  if (!isName || isIpv4(target)) return NO_NAME
  const own: DnsRecord = { type: 'CNAME', name: question.name, data: target }
  const found =
    aliasesMax === 0 || question.type === 'CNAME'
      ? NO_DATA
      : answer(zone, { ...question, name: target }, aliasesMax - 1)
  if (found.kind !== 'found') return { kind: 'found', answers: [own] }
  return { ...found, answers: [own, ...found.answers] }
}

/** RFC 2782. All have the same priority, and share a weight of 100. */
function serviceRecords(
  { name }: Question,
  { named: { service, endpoints }, target, ofEndpoints = false }: Asked,
  asked: { readonly protocol?: string; readonly port?: string | undefined },
): Resolution {
  const isAsked = (port: NamedPort) =>
    (asked.protocol === undefined || port.protocol === asked.protocol) &&
    (asked.port === undefined || port.name === asked.port)
  const own = ofEndpoints ? [] : clusterAddresses(service)
  const places: readonly { readonly target: string; readonly port: number }[] =
    own.length > 0
      ? (service.spec.ports ?? [])
          .map(portOf)
          .filter(isAsked)
          .map(({ port }) => ({ target, port }))
      : endpoints.flatMap(({ label, ports }) =>
          ports.filter(isAsked).map(({ port }) => ({ target: `${label}.${target}`, port })),
        )
  if (places.length === 0) return NO_DATA
  const weight = Math.max(1, Math.floor(100 / places.length))
  return {
    kind: 'found',
    answers: places.map((place) => ({
      type: 'SRV',
      name,
      data: { priority: 0, weight, ...place },
    })),
    additionals:
      own.length > 0
        ? own.map((address) => addressRecord(target, address))
        : endpoints
            .filter(({ ports }) => ports.some(isAsked))
            .map(({ label, address }: NamedEndpoint) =>
              addressRecord(`${label}.${target}`, address),
            ),
  }
}

function pointers({ domain, names }: Zone, question: Question, address: string): Resolution {
  const found = names.byAddress.get(address)
  if (found === undefined) return { kind: 'outside' }
  const full = found.map((name) => `${name}.svc.${domain}`)
  return only(question, 'PTR', full)
}

function addresses(question: Question, all: readonly string[]): Resolution {
  const { name } = question
  const records = [...new Set(all)].map((address) => addressRecord(name, address))
  const answers = records.filter((record) => record.type === question.type)
  return answers.length === 0 ? NO_DATA : { kind: 'found', answers }
}

function addressRecord(name: string, address: string): DnsRecord {
  return { type: address.includes(':') ? 'AAAA' : 'A', name, data: address }
}

function only(
  question: Question,
  kind: 'NS' | 'PTR' | 'TXT',
  texts: readonly string[],
): Resolution {
  const { name } = question
  if (question.type !== kind) return NO_DATA
  return { kind: 'found', answers: texts.map((data) => ({ type: kind, name, data })) }
}

/** Names are the same in any case (RFC 4343); the root's dot is optional. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** Of `4.3.2.1.in-addr.arpa`; IPv6 has no place in this cluster. */
function reverseAddress(name: string): string | undefined {
  const reversed = /^([\d.]+)\.in-addr\.arpa$/.exec(name)?.[1]
  const address = reversed?.split('.').toReversed().join('.')
  return address !== undefined && isIpv4(address) ? address : undefined
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)
}
