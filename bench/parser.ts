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
import { formatTable } from '../tests/support/markdown-table.ts'

const ANSWERS_PER_ROUND = 400_000

const SERVER = [
  'HTTP/1.1 200 OK',
  'Server: nginx/1.22.1',
  'Date: Sat, 21 Nov 2026 12:00:00 GMT',
  'Content-Type: text/plain',
]

const CASES: readonly (readonly [name: string, pieces: readonly string[]])[] = [
  ['shortest', [answer(['HTTP/1.1 200 OK', 'Content-Length: 2'], 'ok')]],
  ['a usual server’s', [answer([...SERVER, 'Content-Length: 15'], 'fifteen bytes!\n')]],
  [
    'with Connection: keep-alive',
    [answer([...SERVER, 'Content-Length: 15', 'Connection: keep-alive'], 'fifteen bytes!\n')],
  ],
  [
    'in chunks',
    [
      answer(
        [...SERVER, 'Transfer-Encoding: chunked', 'Connection: keep-alive'],
        `f\r\nfifteen bytes!\n\r\n0\r\n\r\n`,
      ),
    ],
  ],
  [
    'in three pieces, cut within the head',
    cut(answer([...SERVER, 'Content-Length: 15'], 'fifteen bytes!\n'), [20, 90]),
  ],
]

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rows = CASES.map(([name, pieces]) => {
  const bytes = pieces.map((piece) => Buffer.from(piece, 'latin1'))
  const size = bytes.reduce((sum, { length }) => sum + length, 0)
  const costs = Array.from({ length: Number(values.rounds) }, () => measure(bytes))
  const nanoseconds = Math.min(...costs.map(({ nanoseconds }) => nanoseconds))
  const heapBytes = Math.min(...costs.map(({ heapBytes }) => heapBytes))
  return [name, `${size}`, nanoseconds.toFixed(0), heapBytes.toFixed(1)]
})
const head = ['answer', 'bytes', 'CPU, ns', 'heap, bytes']
process.stdout.write(`Node ${process.version}\n\n${formatTable([head, ...rows])}`)

function measure(pieces: readonly Uint8Array[]) {
  const parser = new ResponseParser()
  const profiler = new GCProfiler()
  const heapBefore = process.memoryUsage().heapUsed
  profiler.start()
  const before = process.cpuUsage()
  for (let count = 0; count < ANSWERS_PER_ROUND; count++) {
    parser.start(false)
    let state = 'more'
    for (const piece of pieces) state = parser.feed(piece)
    if (state !== 'done') throw new Error(`the answer is ${state}: ${parser.fault}`)
  }
  const used = process.cpuUsage(before)
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
