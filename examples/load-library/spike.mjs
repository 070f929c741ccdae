// A spike of requests from a program: `node examples/load-library/spike.mjs http://127.0.0.1:8080/`
import { load } from 'hitless/load'

const url = process.argv[2] ?? 'http://127.0.0.1:8080/'
const summary = await load(url, {
  arrivals: {
    kind: 'rate',
    stages: [
      { fromPerSecond: 50, toPerSecond: 50, durationMs: 1_000 },
      { fromPerSecond: 50, toPerSecond: 500, durationMs: 1_000 },
      { fromPerSecond: 500, toPerSecond: 500, durationMs: 1_000 },
    ],
  },
  requestsMax: 825,
  onRow: ({ second, sent, ok, dropped }) =>
    console.log(`${second}s  ${sent} sent, ${ok} ok, ${dropped} dropped`),
})
console.log(`${summary.ok} of ${summary.planned} ok, p99 ${summary.latency?.p99 ?? '-'} ms`)
process.exitCode = summary.dropped > 0 ? 1 : 0
