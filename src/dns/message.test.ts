import { decode, encode, type Packet } from 'dns-packet'
import * as fastCheck from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DnsRecord, Resolution } from './answer.ts'
import { readQuery, STREAM_BYTES_MAX, writeAnswer, writeFault } from './message.ts'

const NAME = 'Web.shop.svc.cluster.local'
const DOMAIN = 'cluster.local'
const RECURSION_DESIRED = 0x0100
const TRUNCATED = 0x0200

function query(more: Packet = {}, type = 'A'): Uint8Array {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- types that the library does not know by name
  const questions = [{ type, name: NAME }] as Packet['questions']
  return encode({ type: 'query', id: 7, flags: RECURSION_DESIRED, questions, ...more })
}

function option(udpPayloadSize: number, ednsVersion = 0): Packet {
  const fixed = { extendedRcode: 0, flags: 0, flag_do: false, options: [] }
  return { additionals: [{ type: 'OPT', name: '.', udpPayloadSize, ednsVersion, ...fixed }] }
}

function answered(bytes: Uint8Array, resolution: Resolution, by: 'datagram' | 'stream') {
  const read = readQuery(bytes)
  if (read.kind !== 'question') throw new Error(read.kind)
  const written = writeAnswer(read.query, resolution, { domain: DOMAIN, by })
  return { length: written.length, ...decode(Buffer.from(written)) }
}

function addresses(count: number): Resolution {
  const answers = Array.from({ length: count }, (_, at): DnsRecord => ({
    type: 'A',
    name: NAME,
    data: `10.0.${at >> 8}.${at & 255}`,
  }))
  return { kind: 'found', answers }
}

describe('an answer', () => {
  test('repeats number and question as they came, and is of an authority', () => {
    const packet = answered(query(), addresses(1), 'datagram')
    expect(packet).toMatchObject({ id: 7, type: 'response', rcode: 'NOERROR' })
    expect(packet).toMatchObject({ flag_aa: true, flag_rd: true, flag_ra: true, flag_tc: false })
    expect(packet.questions).toEqual([{ name: NAME, type: 'A', class: 'IN' }])
    expect(packet.answers).toMatchObject([{ type: 'A', ttl: 30, data: '10.0.0.0' }])
    expect(packet.additionals).toEqual([])
  })

  test.each([
    ['no-data', 'NOERROR', 1, true],
    ['no-name', 'NXDOMAIN', 1, true],
    ['outside', 'NXDOMAIN', 0, false],
  ] as const)('for %s is %s, with %i record of the authority', (kind, rcode, count, isOwn) => {
    const packet = answered(query(), { kind }, 'datagram')
    expect(packet).toMatchObject({ rcode, flag_aa: isOwn, answers: [] })
    expect(packet.authorities?.map(({ type }) => type)).toEqual(Array(count).fill('SOA'))
  })

  test.each([
    [undefined, 512],
    [100, 512],
    [1_000, 1_000],
    [65_000, 1_232],
  ] as const)('to who takes %s bytes has at most %i, and says that there is more', (size, max) => {
    const asked = query(size === undefined ? {} : option(size))
    const { length, answers = [], flags = 0 } = answered(asked, addresses(100), 'datagram')
    expect(length).toBeLessThanOrEqual(max)
    expect(length).toBeGreaterThan(max - 60)
    expect(answers.length).toBeLessThan(100)
    expect(flags & TRUNCATED).toBe(TRUNCATED)
  })

  test('in a stream is whole, up to the length that can be said', () => {
    expect(answered(query(), addresses(100), 'stream').answers).toHaveLength(100)
    const { length, flags = 0 } = answered(query(), addresses(3_000), 'stream')
    expect(length).toBeLessThanOrEqual(STREAM_BYTES_MAX)
    expect(flags & TRUNCATED).toBe(TRUNCATED)
  })

  test('is cut short in few attempts, however much there is', () => {
    const before = process.cpuUsage()
    const { answers = [], length } = answered(query(), addresses(5_000), 'datagram')
    expect([answers.length, length]).toEqual([11, 506])
    answered(query(), addresses(5_000), 'stream')
    // One attempt for each record is a hundred times as long.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000)
  })

  test('that fits without what is only helpful is not cut short', () => {
    const target = `b.${NAME}`
    const answers: DnsRecord[] = [
      { type: 'SRV', name: NAME, data: { priority: 0, weight: 1, port: 1, target } },
    ]
    const additionals = Array.from({ length: 20 }, (): DnsRecord => ({
      type: 'A',
      name: target,
      data: '10.0.0.1',
    }))
    const packet = answered(query(), { kind: 'found', answers, additionals }, 'datagram')
    expect(packet).toMatchObject({ flag_tc: false, additionals: [] })
    expect(packet.answers).toHaveLength(1)
  })

  test('to who knows extensions has them, and refuses a version that there is not', () => {
    const packet = answered(query(option(1_000)), addresses(1), 'datagram')
    expect(packet.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1_232 }])
    const refused = answered(query(option(1_000, 1)), addresses(1), 'datagram')
    expect(refused).toMatchObject({ answers: [], additionals: [{ extendedRcode: 1 }] })
  })
})

describe('a question', () => {
  test('of a type without a name is one', () => {
    expect(readQuery(query({}, 'UNKNOWN_65'))).toMatchObject({
      kind: 'question',
      question: { name: NAME, type: 'UNKNOWN_65' },
    })
  })

  test.each([
    [
      'two questions',
      query({
        questions: [
          { type: 'A', name: 'a' },
          { type: 'A', name: 'b' },
        ],
      }),
      1,
    ],
    ['none', query({ questions: [] }), 1],
    ['about bytes that are no text', query({ questions: [{ type: 'A', name: 'wéb' }] }), 1],
    ['half a question', query().subarray(0, 20), 1],
    ['another class', query({ questions: [{ type: 'A', name: 'a', class: 'CH' }] }), 4],
    ['another operation', query({ flags: 2 << 11 }), 4],
  ])('that is %s gets a code', (_, bytes, code) => {
    const read = readQuery(bytes)
    expect(read).toMatchObject({ kind: 'fault', code })
    const { flags = 0, id } =
      read.kind === 'fault' ? decode(Buffer.from(writeFault(read.query, code))) : {}
    expect([id, flags & 15]).toEqual([7, code])
  })

  test('of which there are thousands, or that is followed by as much, is not read', () => {
    const long = new Uint8Array(65_000)
    long.set(query())
    expect(readQuery(long)).toMatchObject({ kind: 'fault', code: 1, query: { id: 7 } })
    long[4] = 0x20
    expect(readQuery(long.subarray(0, 100))).toMatchObject({ kind: 'fault', code: 1 })
  })

  test('that is an answer, or has no number, gets none', () => {
    expect(readQuery(encode({ type: 'response', id: 7 })).kind).toBe('ignored')
    expect(readQuery(new Uint8Array(11)).kind).toBe('ignored')
  })

  test('may be any bytes: it is answered or left, and nothing is thrown', () => {
    const anything = fastCheck.oneof(
      fastCheck.uint8Array({ maxLength: 100 }),
      fastCheck
        .tuple(fastCheck.nat(60), fastCheck.nat(255))
        .map(([at, byte]) => query(option(1_000)).map((old, here) => (here === at ? byte : old))),
    )
    fastCheck.assert(
      fastCheck.property(anything, (bytes) => {
        const read = readQuery(bytes)
        if (read.kind === 'fault') writeFault(read.query, read.code)
        if (read.kind !== 'question') return
        writeAnswer(read.query, { kind: 'no-name' }, { domain: DOMAIN, by: 'datagram' })
      }),
    )
  })
})
