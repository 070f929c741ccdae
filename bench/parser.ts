/**
 * What reading an answer costs: nanoseconds of CPU and bytes of heap, for the answers that decide it.
 *
 *   node bench/parser.ts [--rounds 7]
 *
 * One parser reads answer after answer from a buffer that is used again, as on a kept connection.
 */
import { parseArgs } from 'node:util'
import { GCProfiler } from 'node:v8'
import { ResponseParser } from '../src/load/protocols/http1/response-parser.ts'
import { SelectedHeaders } from '../src/load/protocols/http1/selected-headers.ts'
import { formatTable } from '../tests/support/markdown-table.ts'

const ANSWERS_PER_ROUND = 400_000

const SERVER = [
  'HTTP/1.1 200 OK',
  'Server: nginx/1.22.1',
  'Date: Sat, 21 Nov 2026 12:00:00 GMT',
  'Content-Type: text/plain',
]

const BODY = 'fifteen bytes!\n'
const USUAL = answer([...SERVER, 'Content-Length: 15'], BODY)
const KEPT = ['X-Pod: web-7d9c5-abcde', 'Connection: keep-alive']

interface Case {
  readonly name: string
  readonly pieces: readonly string[]
  /** The body is handed to somebody, and the header X-Pod is kept. */
  readonly isLookedAt?: true
}

const CASES: readonly Case[] = [
  { name: 'shortest', pieces: [answer(['HTTP/1.1 200 OK', 'Content-Length: 2'], 'ok')] },
  { name: 'a usual server’s', pieces: [USUAL] },
  { name: 'kept alive', pieces: [answer([...SERVER, 'Content-Length: 15', ...KEPT], BODY)] },
  {
    name: 'kept alive, pod and body looked at',
    pieces: [answer([...SERVER, 'Content-Length: 15', ...KEPT], BODY)],
    isLookedAt: true,
  },
  {
    name: 'in chunks',
    pieces: [answer([...SERVER, 'Transfer-Encoding: chunked'], `f\r\n${BODY}\r\n0\r\n\r\n`)],
  },
  { name: 'in three pieces, cut within the head', pieces: cut(USUAL, [20, 90]) },
]

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rows = CASES.map(({ name, pieces, isLookedAt = false }) => {
  const bytes = pieces.map((piece) => Buffer.from(piece, 'latin1'))
  const size = bytes.reduce((sum, { length }) => sum + length, 0)
  const costs = Array.from({ length: Number(values.rounds) }, () => measure(bytes, isLookedAt))
  const nanoseconds = Math.min(...costs.map(({ nanoseconds }) => nanoseconds))
  const heapBytes = Math.min(...costs.map(({ heapBytes }) => heapBytes))
  return [name, `${size}`, nanoseconds.toFixed(0), heapBytes.toFixed(1)]
})
const head = ['answer', 'bytes', 'CPU, ns', 'heap, bytes']
process.stdout.write(`Node ${process.version}\n\n${formatTable([head, ...rows])}`)

function measure(pieces: readonly Uint8Array[], isLookedAt: boolean) {
  const parser = new ResponseParser(isLookedAt ? new SelectedHeaders(['x-pod']) : undefined)
  let bodyBytes = 0
  const counter = { take: (bytes: Uint8Array) => void (bodyBytes += bytes.length) }
  const sink = isLookedAt ? counter : undefined
  const profiler = new GCProfiler()
  const heapBefore = process.memoryUsage().heapUsed
  profiler.start()
  const before = process.cpuUsage()
  for (let count = 0; count < ANSWERS_PER_ROUND; count++) {
    parser.start(false, sink)
    let state = 'more'
    for (const piece of pieces) state = parser.feed(piece)
    if (state !== 'done') throw new Error(`the answer is ${state}: ${parser.fault}`)
  }
  const used = process.cpuUsage(before)
  if (isLookedAt && bodyBytes === 0) throw new Error('no body was handed over')
  // What was collected on the way had been allocated, too.
  const collected = profiler.stop().statistics.reduce((sum, { beforeGC, afterGC }) => {
    return sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize
  }, 0)
  const heapBytes = process.memoryUsage().heapUsed - heapBefore + collected
  return {
    nanoseconds: ((used.user + used.system) * 1_000) / ANSWERS_PER_ROUND,
    heapBytes: heapBytes / ANSWERS_PER_ROUND,
  }
}

function answer(lines: readonly string[], body: string): string {
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function cut(text: string, places: readonly number[]): string[] {
  return [...places, text.length].map((end, index) => text.slice(places[index - 1] ?? 0, end))
}
