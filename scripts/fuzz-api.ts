/**
 * Sends requests that are almost right to the API server, and tells which of them it could not answer.
 *
 *   node scripts/fuzz-api.ts [--requests 100000] [--seed 1]
 *
 * Exit code 1 when it found something. The same seed sends the same requests.
 */
import { parseArgs } from 'node:util'
import { fuzz } from '../tests/apiserver/fuzz-run.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
})
const findings = await fuzz(Number(values.seed), Number(values.requests))
for (const { number, request, what } of findings) {
  process.stdout.write(`request ${number}: ${JSON.stringify(request)}\n  ${what}\n`)
}
process.stdout.write(
  `${values.requests} requests of seed ${values.seed}: ${findings.length} findings\n`,
)
process.exitCode = findings.length === 0 ? 0 : 1
