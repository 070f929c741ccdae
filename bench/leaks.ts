/**
 * What a node holds after a thousand pods of programs that hang, fork, flood and ignore (`tests/support/hostile-pods.ts`),
 * beside what it held after the first few. Run it with `npm run bench:leaks [PODS]`, after `npm run build`; a thousand take
 * about five minutes. It fails when anything but memory is more than before.
 */
import { HOSTILE_PROGRAMS, moreThan, runHostilePods } from '../tests/support/hostile-pods.ts'

const OF_EACH = 3
const pods = Number(process.argv[2] ?? 1_000)
const perRound = OF_EACH * Object.keys(HOSTILE_PROGRAMS).length
const rounds = Math.ceil(pods / perRound)

let done = 0
const { before, after, memoryMiB } = await runHostilePods(rounds, {
  ofEach: OF_EACH,
  onRound: () => process.stderr.write(`\r${++done * perRound} pods`),
})
process.stderr.write('\n')
process.stdout.write(`| after ${rounds * perRound} pods | before | after |\n| --- | --- | --- |\n`)
for (const [what, count] of Object.entries(before)) {
  process.stdout.write(
    `| ${what} | ${count} | ${Object.entries(after).find(([name]) => name === what)?.[1]} |\n`,
  )
}
const [memoryBefore, memoryAfter] = memoryMiB.map((mib) => mib.toFixed(0))
process.stdout.write(`| memory, MiB | ${memoryBefore} | ${memoryAfter} |\n`)
if (moreThan(before, after).length > 0) process.exitCode = 1
