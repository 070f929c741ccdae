import { decode, encode, RECURSION_DESIRED, type Answer, type Packet } from 'dns-packet'
import { serverName, type DnsRecord, type Question, type Resolution } from './answer.ts'

/** A question as it has come in. */
export interface Query {
  readonly id: number
  readonly flags: number
  readonly question: Packet['questions']
  /** Extension mechanisms (RFC 6891), when the asker knows them. */
  readonly edns?: { readonly version: number; readonly sizeMax: number }
}

export type ReadQuery =
  | { readonly kind: 'question'; readonly query: Query; readonly question: Question }
  /** It is answered with a code alone. */
  | { readonly kind: 'fault'; readonly query: Query; readonly code: number }
  /** No answer to an answer, and none to what has no number. */
  | { readonly kind: 'ignored' }

/** Seconds, as in the configuration that kubeadm gives CoreDNS. */
const TTL = 30
/** RFC 1035, 4.2.1: without extensions. */
const DATAGRAM_BYTES = 512
/** Larger datagrams may be cut into fragments on their way: https://www.dnsflagday.net/2020/ */
const DATAGRAM_BYTES_MAX = 1_232
export const STREAM_BYTES_MAX = 65_535

/** A question, a name at its longest, and more extensions than are known; what is longer is none, and not worth reading. */
const QUERY_BYTES_MAX = 4_096
const HEADER_BYTES = 12
/** RFC 1035, 4.1.3: the root's name, without data. */
const RECORD_BYTES_MIN = 11
const IS_ANSWER = 0x8000
const AUTHORITATIVE = 0x0400
const TRUNCATED = 0x0200
/** Names of the cluster are all that there are: nothing is left to ask elsewhere. */
const RECURSION_AVAILABLE = 0x0080

const FORMAT_ERROR = 1
const NO_SUCH_NAME = 3
const NOT_IMPLEMENTED = 4

const IS_ASCII = /^[\x20-\x7e]*$/

export function readQuery(bytes: Uint8Array): ReadQuery {
  if (bytes.length < HEADER_BYTES) return { kind: 'ignored' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [id, flags] = [view.getUint16(0), view.getUint16(2)]
  if ((flags & IS_ANSWER) !== 0) return { kind: 'ignored' }
  const bare: Query = { id, flags, question: [] }
  if (((flags >> 11) & 15) !== 0) return { kind: 'fault', query: bare, code: NOT_IMPLEMENTED }
  // Some tens of thousands of names that point at a long one would keep everybody waiting.
  if (view.getUint16(4) !== 1 || bytes.length > QUERY_BYTES_MAX) {
    return { kind: 'fault', query: bare, code: FORMAT_ERROR }
  }
  let packet: Packet
  try {
    packet = decode(asBuffer(bytes))
  } catch {
    return { kind: 'fault', query: bare, code: FORMAT_ERROR }
  }
  const [question] = packet.questions ?? []
  // Bytes that are no text could not be repeated as they came.
  if (question === undefined || !IS_ASCII.test(question.name)) {
    return { kind: 'fault', query: bare, code: FORMAT_ERROR }
  }
  const option = packet.additionals?.find((record) => record.type === 'OPT')
  const query: Query = {
    ...bare,
    question: [question],
    ...(option === undefined
      ? {}
      : { edns: { version: option.ednsVersion, sizeMax: option.udpPayloadSize } }),
  }
  if (question.class !== 'IN') return { kind: 'fault', query, code: NOT_IMPLEMENTED }
  return { kind: 'question', query, question: { name: question.name, type: question.type } }
}

export function writeFault(query: Query, code: number): Uint8Array {
  return encode(packetOf(query, code, {}))
}

/** `datagram`: what does not fit is left out, and the asker told to come again by a stream. */
export function writeAnswer(
  query: Query,
  resolution: Resolution,
  { domain, by }: { readonly domain: string; readonly by: 'datagram' | 'stream' },
): Uint8Array {
  if (query.edns !== undefined && query.edns.version !== 0) {
    return encode(packetOf(query, 0, { extendedCode: 1 }))
  }
  const bytesMax = by === 'stream' ? STREAM_BYTES_MAX : datagramBytesMax(query)
  const { code, ...parts } = partsOf(resolution, domain)
  const whole = encode(packetOf(query, code, parts))
  if (whole.length <= bytesMax) return whole
  // What is only helpful goes first, and is not missed.
  const { answers = [], ...rest } = { ...parts, additionals: [] }
  const bare = encode(packetOf(query, code, { ...rest, answers }))
  if (bare.length <= bytesMax) return bare
  const cut = (count: number) =>
    encode(packetOf(query, code, { ...rest, answers: answers.slice(0, count), isTruncated: true }))
  return longestFitting(cut, { countMax: Math.floor(bytesMax / RECORD_BYTES_MIN), bytesMax })
}

/** By halves: an attempt for each of a Service's thousands of endpoints would keep everybody waiting for seconds. */
function longestFitting(
  cut: (count: number) => Uint8Array,
  { countMax, bytesMax }: { readonly countMax: number; readonly bytesMax: number },
): Uint8Array {
  let fitting = cut(0)
  let [low, high] = [0, countMax]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const written = cut(middle)
    if (written.length > bytesMax) high = middle - 1
    else [low, fitting] = [middle, written]
  }
  return fitting
}

interface Parts {
  readonly answers?: Answer[]
  readonly authorities?: Answer[]
  readonly additionals?: Answer[]
  readonly isOwn?: boolean
  readonly isTruncated?: boolean
  /** The upper bits of a code that has more than four. */
  readonly extendedCode?: number
}

function partsOf(resolution: Resolution, domain: string): Parts & { readonly code: number } {
  switch (resolution.kind) {
    case 'found':
      return {
        code: 0,
        isOwn: true,
        answers: resolution.answers.map(withTtl),
        additionals: (resolution.additionals ?? []).map(withTtl),
      }
    case 'authority':
      return { code: 0, isOwn: true, answers: [authorityOf(domain)] }
    case 'no-data':
      return { code: 0, isOwn: true, authorities: [authorityOf(domain)] }
    case 'no-name':
      return { code: NO_SUCH_NAME, isOwn: true, authorities: [authorityOf(domain)] }
    case 'outside':
      // A refusal would be truer, but resolvers (musl's) wait for a better answer then.
      return { code: NO_SUCH_NAME }
  }
}

function packetOf(query: Query, code: number, parts: Parts): Packet {
  const { answers = [], authorities = [], additionals = [] } = parts
  const option: Answer[] =
    query.edns === undefined
      ? []
      : [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: DATAGRAM_BYTES_MAX,
            extendedRcode: parts.extendedCode ?? 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
  return {
    type: 'response',
    id: query.id,
    flags:
      (query.flags & RECURSION_DESIRED) |
      RECURSION_AVAILABLE |
      (parts.isOwn === true ? AUTHORITATIVE : 0) |
      (parts.isTruncated === true ? TRUNCATED : 0) |
      code,
    questions: query.question,
    answers,
    authorities,
    additionals: [...additionals, ...option],
  }
}

function withTtl(record: DnsRecord): Answer {
  return { ...record, ttl: TTL, class: 'IN' }
}

/** Its last number is for how long a name is remembered not to be there (RFC 2308). */
function authorityOf(domain: string): Answer {
  return {
    type: 'SOA',
    name: domain,
    ttl: TTL,
    class: 'IN',
    data: {
      mname: serverName(domain),
      rname: `hostmaster.${domain}`,
      serial: 1,
      refresh: 7_200,
      retry: 1_800,
      expire: 86_400,
      minimum: TTL,
    },
  }
}

function datagramBytesMax({ edns }: Query): number {
  if (edns === undefined) return DATAGRAM_BYTES
  return Math.min(Math.max(edns.sizeMax, DATAGRAM_BYTES), DATAGRAM_BYTES_MAX)
}

/** Of the same memory. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
