/**
 * Runs the kubectl sessions of `tests/kubectl/` against a real control plane and writes what they print
 * into them. The control plane must be of nobody else: some commands list all that is in it.
 *
 *   KUBECONFIG=… node scripts/record-kubectl.ts sessions [NAME …]        one played node, `fake-1`
 *   KUBECONFIG=… node scripts/record-kubectl.ts node-sessions [NAME …]   one node that runs containers
 *
 * The nodes that sessions make have no heartbeat: start the controllers with --node-monitor-grace-period=1h.
 * Each installed kubectl from 1.30 on takes its turn. `--check` writes nothing and prints what differs from
 * the recording: what does so by chance must be masked, or the command changed. `--only 1.33` takes one.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { eachSession } from '../tests/kubectl/each-session.ts'
import { runSession } from '../tests/kubectl/run-session.ts'
import { prepareSession } from '../tests/kubectl/session-cluster.ts'
import { readSessions, writeSession, type SessionFolder } from '../tests/kubectl/session-files.ts'
import {
  BASE_VERSION,
  expectedOf,
  type Printed,
  type Session,
  type Step,
  type Variant,
} from '../tests/kubectl/session-text.ts'
import { comparedKubectls } from '../tests/support/kubectl.ts'

const SESSIONS_AT_ONCE = 3

/** A state is taken for final when so many reads in a row gave it. */
const EQUAL_READS = 4
const READS_MAX = 120

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const [folderName, ...names] = positionals
const folder: SessionFolder = folderName === 'node-sessions' ? 'node-sessions' : 'sessions'

async function record(): Promise<void> {
  const kubectls = comparedKubectls().toSorted((a, b) => rank(a.version) - rank(b.version))
  for (const { version, path: kubectlPath } of kubectls) {
    if (options.only !== undefined && options.only !== version) continue
    const home = mkdtempSync(join(tmpdir(), 'record-kubectl-'))
    const kubeconfig = process.env['KUBECONFIG'] ?? ''
    const cluster = { kubectlPath, home, kubeconfig, isReal: folder === 'node-sessions' }
    const sessions = readSessions(folder).filter(
      ({ name }) => names.length === 0 || names.includes(name),
    )
    const start = performance.now()
    await eachSession(sessions, SESSIONS_AT_ONCE, async (session) => {
      const prepared = await prepareSession(cluster, session)
      try {
        const settled = (_: Step, reads: readonly Printed[]) => isSettled(reads)
        const printed = await runSession(session, prepared.kubectl, prepared.mask, settled)
        if (options.check) printDifferences(session, version, printed)
        else writeSession(folder, withPrinted(session, version, printed))
      } catch (error) {
        print(`${session.name}: ${String(error)}`)
      } finally {
        await prepared.end()
      }
    })
    print(`kubectl ${version}: ${sessions.length} sessions in ${performance.now() - start} ms`)
    rmSync(home, { recursive: true })
  }
}

/** The base version first, as the others are compared with it. */
function rank(version: string): number {
  return version === BASE_VERSION ? 0 : Number(version.split('.')[1])
}

function isSettled(answers: readonly Printed[]): boolean {
  const last = answers.slice(-EQUAL_READS).map((answer) => JSON.stringify(answer))
  return answers.length >= READS_MAX || (last.length === EQUAL_READS && new Set(last).size === 1)
}

function withPrinted(session: Session, version: string, printed: readonly Printed[]): Session {
  const steps = session.steps.map((step, index) => {
    const now = printed[index]
    if (now === undefined) return step
    return version === BASE_VERSION ? { ...step, printed: now } : withVariant(step, version, now)
  })
  return { ...session, steps }
}

function withVariant(step: Step, version: string, printed: Printed): Step {
  const others = step.variants
    .map((variant) => ({
      ...variant,
      versions: variant.versions.filter((other) => other !== version),
    }))
    .filter(({ versions }) => versions.length > 0)
  return { ...step, variants: same(step.printed, printed) ? others : add(others, version, printed) }
}

function add(variants: readonly Variant[], version: string, printed: Printed): Variant[] {
  const equal = variants.find((variant) => same(variant.printed, printed))
  if (equal === undefined) return [...variants, { versions: [version], printed }]
  return variants.map((variant) =>
    variant === equal ? { ...variant, versions: [...variant.versions, version].sort() } : variant,
  )
}

function printDifferences(session: Session, version: string, printed: readonly Printed[]): void {
  for (const [index, step] of session.steps.entries()) {
    const expected = expectedOf(step, version)
    if (same(expected, printed[index])) continue
    print(`${session.name}: ${step.command}`)
    const [before, now] = [linesOf(expected), linesOf(printed[index])]
    for (const line of before) if (!now.includes(line)) print(`- ${line}`)
    for (const line of now) if (!before.includes(line)) print(`+ ${line}`)
    if (new Set(before).size === new Set([...before, ...now]).size) print(now.join('\n'))
  }
}

function linesOf(printed: Printed | undefined): string[] {
  return `${printed?.stdout}${printed?.stderr}exit ${printed?.exitCode}`.split('\n')
}

function same(left: Printed | undefined, right: Printed | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

await record()
