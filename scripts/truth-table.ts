/**
 * Lets load tools loose on servers that treat requests badly, and compares what they report with what
 * the server did.
 *
 *   npm run bench:truth -- [--requests 2000] [--lie TEXT] [--record]
 *
 * Needs the tools on PATH; npm gets autocannon, `go install` gets those of Go. With --record the table
 * goes into docs/reference/truth-table.md. Exit code 1 when hitless reports anything else than its server.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { HTTP1_LIES, hiddenByRetry, type Lie } from '../src/load/testing/http1-lies.ts'
import { LyingServer } from '../src/load/testing/lying-server.ts'
import { formatTable } from '../tests/support/markdown-table.ts'
import { findTruthTools, HITLESS, hitlessReport, type TruthTool } from './truth-tools.ts'

const PAGE = fileURLToPath(new URL('../docs/reference/truth-table.md', import.meta.url))
const BLOCK = /<!-- table -->\n[^]*?<!-- end of table -->/
const CONNECTIONS = 8
/** A tool that has not ended by then never does. */
const SECONDS_MAX = 25
const HUNG = 124

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    lie: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
  },
})
const { tools, missing } = findTruthTools()
// Bodies of requests are another story: tools take them in ways of their own.
const lies = HTTP1_LIES.filter(({ name, requests }) => {
  return requests === undefined && name.includes(values.lie)
})
let hasLied = false

interface Answer {
  readonly output: string
  readonly failed: number | undefined
  readonly isHung: boolean
  readonly server: LyingServer
  /** Requests that the server did not answer well, as it knows. */
  readonly dropped: number
}

const head = ['what the server does', ...tools.map(({ name }) => name), 'hitless', 'as', 'hidden']
const rows: string[][] = [head]
for (const lie of lies) {
  const cells: string[] = []
  for (const tool of tools) cells.push(cellOf(await ask(tool, lie), tool))
  const row = [lie.name, ...cells, ...(await hitlessCells(lie))]
  process.stderr.write(`${row.join(' | ')}\n`)
  rows.push(row)
}
const versions = tools.map(({ name, version }) => `${name} ${version}`)
const notThere = missing.length === 0 ? '' : ` Not there: ${missing.join(', ')}.`
const made =
  `${values.requests} requests over ${CONNECTIONS} connections; wrk sends for 2 seconds. ` +
  `${versions.join(', ')}.${notThere}`
const table = `${made}\n\n${formatTable(rows)}`
process.stdout.write(table)
if (hasLied) process.exitCode = 1
else if (values.record) {
  const block = `<!-- table -->\n\n${table}\n<!-- end of table -->`
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(BLOCK, () => block),
  )
}

async function ask(tool: TruthTool, lie: Lie): Promise<Answer> {
  const server = new LyingServer(lie.makeTreatment())
  const url = `http://127.0.0.1:${await server.listen()}/`
  const requests = Number(values.requests)
  const command = tool.command({ url, requests, connections: CONNECTIONS })
  // In a group of its own, which ends as a whole.
  const child = spawn('timeout', ['-k', '1', `${SECONDS_MAX}`, 'sh', '-c', command], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  await once(child, 'close')
  await server.close()
  const { ok: _, ...bad } = server.deeds
  const dropped = Object.values(bad).reduce((sum, count) => sum + count, 0)
  const isHung = child.exitCode === HUNG
  return { output, failed: isHung ? undefined : tool.failed(output), isHung, server, dropped }
}

function cellOf({ failed, isHung, dropped }: Answer, { name }: TruthTool): string {
  if (isHung) return '**does not end**'
  if (failed === undefined) return '**gives up**'
  // What wrk has under way when its time is up it does not count.
  const tolerance = name === 'wrk' ? dropped / 100 : 0
  const isTrue = Math.abs(failed - dropped) <= tolerance
  return isTrue ? `${failed} of ${dropped}` : `**${failed} of ${dropped}**`
}

async function hitlessCells(lie: Lie): Promise<string[]> {
  const answer = await ask(HITLESS, lie)
  const { outcomes, hiddenByRetry: hidden } = hitlessReport(answer.output)
  const told = Object.entries(outcomes).filter(([outcome]) => outcome !== 'ok')
  const { ok: _, ...bad } = answer.server.deeds
  const isSame =
    told.length === Object.keys(bad).length &&
    told.every(([outcome, count]) => new Map(Object.entries(bad)).get(outcome) === count) &&
    hidden === hiddenByRetry(answer.server)
  if (!isSame) {
    hasLied = true
    const both = `${JSON.stringify(outcomes)}, server ${JSON.stringify(answer.server.deeds)}`
    process.stderr.write(`${lie.name}: hitless ${both}, hidden ${hidden}\n`)
  }
  const kinds = told.map(([outcome]) => `\`${outcome}\``).toSorted()
  return [cellOf(answer, HITLESS), kinds.join(', '), `${hidden}`]
}
