import { randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

// Loaded into a process that is measured (NODE_OPTIONS=--import): upon SIGUSR2 it collects its garbage and says what is left.

const directory = process.env['LIVE_HEAP_DIRECTORY']
if (isMainThread && directory !== undefined) {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  process.on('SIGUSR2', () => {
    // What the first one frees may be what kept others: finalizers run between the two.
    if (typeof collect === 'function') collect()
    setImmediate(() => {
      if (typeof collect === 'function') collect()
      const path = join(directory, randomUUID())
      writeFileSync(`${path}.part`, String(process.memoryUsage().heapUsed))
      renameSync(`${path}.part`, path)
    })
  })
}
