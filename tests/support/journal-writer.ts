import { writeSync } from 'node:fs'
import { Store } from '../../src/store/store.ts'
import { liveClock, clockOriginNow } from '../../src/world/live/clock.ts'
import { openJournal } from '../../src/world/live/journal.ts'
import { seededRandom } from '../../src/world/random.ts'

// Writes until it is killed, and says on standard output what has been acknowledged: one line per write.

const [path = '', seed = '1'] = process.argv.slice(2)
const clock = liveClock(clockOriginNow())
const store = new Store({ clock, random: seededRandom(Number(seed)), journal: openJournal(path) })

function acknowledge(
  write: string,
  { metadata }: { metadata: { resourceVersion?: string } },
): void {
  // At once: what waits in a buffer would be lost with the process.
  writeSync(1, `${write} ${metadata.resourceVersion ?? ''}\n`)
}

for (let number = 0; ; number++) {
  const metadata = { name: `n${seed}-${number}` }
  const data = { text: 'x'.repeat((number * 37) % 5_000) }
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as const
  acknowledge(`put ${metadata.name}`, store.create('ConfigMap', map))
  if (number % 3 === 0) {
    const patched = store.patch('ConfigMap', metadata, { data: { patched: 'yes' } })
    acknowledge(`put ${metadata.name}`, patched)
  }
  if (number % 5 === 0)
    acknowledge(`gone ${metadata.name}`, store.delete('ConfigMap', metadata).object)
}
