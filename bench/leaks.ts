/**
 * What a node holds after a thousand pods of programs that hang, fork, flood and ignore (`tests/support/hostile-pods.ts`),
 * beside what it held after the first few. Run it with `npm run bench:leaks [PODS]`, after `npm run build`; a thousand take
 * about five minutes, and five more until the store's history has expired. It fails when anything is more than before, and
 * when more is alive in the heaps in the end than after the first hundred pods: the bound is what a pod may leave.
 */
import { HOSTILE_PROGRAMS, moreThan, runHostilePods } from '../tests/support/hostile-pods.ts'

const OF_EACH = 3
const MEASURED_AFTER = [100, 500, 1_000]
/** A leak of 4 KiB a pod is more. What is less is noise of the heap, and the events that recorders remember for a while. */
const LEFT_MIB_MAX = 3
const pods = Number(process.argv[2] ?? 1_000)
const perRound = OF_EACH * Object.keys(HOSTILE_PROGRAMS).length
const rounds = Math.ceil(pods / perRound)

let done = 0
const { before, after, memory } = await runHostilePods(rounds, {
  ofEach: OF_EACH,
  onRound: () => process.stderr.write(`\r${++done * perRound} pods`),
  measureAfter: MEASURED_AFTER,
})
process.stderr.write('\n')
process.stdout.write(`| after ${rounds * perRound} pods | before | after |\n| --- | --- | --- |\n`)
for (const [what, count] of Object.entries(before)) {
  process.stdout.write(
    `| ${what} | ${count} | ${Object.entries(after).find(([name]) => name === what)?.[1]} |\n`,
  )
}
process.stdout.write('\n| pods | alive in the heaps, MiB | resident, MiB |\n| --- | --- | --- |\n')
for (const { pods: count, liveHeapMiB, residentMiB, isExpired } of memory) {
  const when = isExpired ? `${count}, when events and history have expired` : count
  process.stdout.write(`| ${when} | ${liveHeapMiB.toFixed(1)} | ${residentMiB.toFixed(0)} |\n`)
}
const [first, last] = [memory.at(0)?.liveHeapMiB, memory.at(-1)?.liveHeapMiB]
if (first === undefined || last === undefined) throw new Error('nothing was measured')
if (last - first > LEFT_MIB_MAX) {
  process.stderr.write(`${(last - first).toFixed(1)} MiB are left, ${LEFT_MIB_MAX} may be\n`)
  process.exitCode = 1
}
if (moreThan(before, after).length > 0) process.exitCode = 1
