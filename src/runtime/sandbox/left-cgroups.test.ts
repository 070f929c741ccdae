import { existsSync, rmdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { liveProcesses } from '../../world/live/processes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import { enterSandboxCommand } from '../sandbox-support.ts'
import { FIND_CGROUPS_SCRIPT, parseCgroups, type Cgroups } from './limits.ts'

const TIMEOUT_MS = 60_000

/** The cgroups, none where none can be made, of a run that goes on until `end`, which kills it. */
function startRun(): Promise<{ readonly made: Cgroups; readonly end: () => Promise<void> }> {
  const script = `${FIND_CGROUPS_SCRIPT}\necho found; exec sleep ${TIMEOUT_MS / 1_000}`
  const command = enterSandboxCommand(['/bin/sh', '-c', script])
  return new Promise((resolve, reject) => {
    let text = ''
    const ended = Promise.withResolvers<void>()
    const { processId } = liveProcesses().spawn(
      { command, env: SCRIPT_ENVIRONMENT },
      {
        onOutput: (_, bytes) => {
          text += new TextDecoder().decode(bytes)
          if (!text.includes('found\n')) return
          resolve({
            made: parseCgroups(text),
            end: () => {
              process.kill(processId, 'SIGKILL')
              return ended.promise
            },
          })
        },
        onExit: () => {
          ended.resolve()
          reject(new Error(text))
        },
      },
    )
  })
}

const directoriesOf = ({ memory, cpu, unified }: Cgroups) =>
  [memory, cpu, unified?.directory].filter((directory) => directory !== undefined)

test('cgroups that a killed run has left go, and those of one that runs stay', async () => {
  const killed = await startRun()
  const running = await startRun()
  expect(directoriesOf(killed.made).filter((path) => !existsSync(path))).toEqual([])
  await killed.end()

  const next = await startRun()
  expect(directoriesOf(killed.made).filter((path) => existsSync(path))).toEqual([])
  expect(directoriesOf(running.made).filter((path) => !existsSync(path))).toEqual([])
  await Promise.all([running.end(), next.end()])
  for (const path of [...directoriesOf(running.made), ...directoriesOf(next.made)]) {
    rmdirSync(`${path}/owner`)
    rmdirSync(path)
  }
})
