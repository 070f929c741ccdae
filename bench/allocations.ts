import { allocatedBytes } from '../src/load/testing/allocated-bytes.ts'

/**
 * Bytes of heap that the load engine allocates for each request, without the sockets. Prints Markdown. Bytes, unlike
 * times, are the same on a busy machine. Usage: `npm run bench:allocations`.
 */
const heapUsed = () => process.memoryUsage().heapUsed
const numbered = [
  { method: 'GET', path: '/?n={{n}}', headers: { 'X-Request': '{{n}}' }, weight: 1 },
]

process.stdout.write('| requests | bytes per request |\n| --- | ---: |\n')
for (const lane of ['reused', 'new'] as const) {
  print(`on ${lane} connections`, await allocatedBytes(lane, heapUsed))
  print(
    `on ${lane} connections, numbered`,
    await allocatedBytes(lane, heapUsed, { requests: numbered }),
  )
}
const expected = await allocatedBytes('reused', heapUsed, { expected: { bodyLength: 15 } })
print('on reused connections, whose bodies are measured', expected)

function print(what: string, bytes: number): void {
  process.stdout.write(`| ${what} | ${bytes.toFixed(0)} |\n`)
}
