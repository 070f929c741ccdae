import { fieldsOf, textOf } from '../../base/fields.ts'
import type { Files } from '../../world/files.ts'
import type { Processes } from '../../world/processes.ts'
import { isUnreachable, type Engine } from './engine.ts'

/** On everything that hitless makes: who made it. */
export const OWNER_LABEL = 'hitless.owner'

/** Which pod a container is of. */
export const POD_LABEL = 'hitless.pod'

/** A directory of this machine that is of no use without what has the label. */
export const DIRECTORY_LABEL = 'hitless.directory'

/** So that no label of somebody else's makes anybody remove anything. */
const DIRECTORY_NAME = /\/hitless-services-\w+$/

/**
 * This process as nobody else is: process ids are used again, but not at the same time of the same boot of a machine.
 * `PID-STARTTIME-BOOT`.
 */
export async function findOwner(processes: Processes, files: Files): Promise<string> {
  // A shell's parent is the process that started it.
  const { stdout } = await processes.run(['/bin/sh', '-c', 'echo "$PPID"'], { timeoutMs: 10_000 })
  const processId = stdout.trim()
  return `${processId}-${await startOf(files, processId)}-${await bootOf(files)}`
}

/**
 * Removes what hitless processes have left behind that are no more. What the engine will not remove is told, and does not
 * keep a run from starting.
 */
export async function removeLeftovers(
  engine: Engine,
  files: Files,
  onWarning: (message: string) => void,
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [OWNER_LABEL] }))
  const containers = await engine.call('GET', `/containers/json?all=1&filters=${filters}`)
  await removeDead(containers, (id) => `/containers/${id}?force=1&v=1`)
  const networks = await engine.call('GET', `/networks?filters=${filters}`)
  await removeDead(networks, (id) => `/networks/${id}`)
  const { Volumes: volumes } = fieldsOf(await engine.call('GET', `/volumes?filters=${filters}`))
  await removeDead(volumes, (name) => `/volumes/${name}?force=1`)

  async function removeDead(list: unknown, pathOf: (id: string) => string): Promise<void> {
    const found = Array.isArray(list) ? list.map(fieldsOf) : []
    await Promise.all(
      found.map(async ({ Id: id, Name: name, Labels: labels }) => {
        if (await isAlive(files, textOf(fieldsOf(labels)[OWNER_LABEL]))) return
        await removeOrTell(engine, pathOf(textOf(id ?? name)), onWarning)
        const directory = textOf(fieldsOf(labels)[DIRECTORY_LABEL])
        if (DIRECTORY_NAME.test(directory)) await files.remove(directory).catch(() => undefined)
      }),
    )
  }
}

/** What is gone already is fine; that the engine is gone is told by whoever watches it. */
export async function removeOrTell(
  engine: Pick<Engine, 'callIfThere'>,
  path: string,
  onWarning: (message: string) => void,
): Promise<void> {
  try {
    await engine.callIfThere('DELETE', path)
  } catch (error) {
    if (isUnreachable(error)) return
    const reason = error instanceof Error ? error.message : String(error)
    onWarning(`something of hitless could not be removed from Docker: ${reason}`)
  }
}

async function isAlive(files: Files, owner: string): Promise<boolean> {
  const [, processId = '', start, boot] = /^(\d+)-(\d+)-(.*)$/.exec(owner) ?? []
  if (boot !== (await bootOf(files))) return false
  return (await startOf(files, processId)) === start
}

/** Field 22 of proc_pid_stat(5), behind a name that may hold anything but is in brackets. */
async function startOf(files: Files, processId: string): Promise<string> {
  try {
    const stat = await files.readText(`/proc/${processId}/stat`, { bytesMax: 4_096 })
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
  } catch {
    return '0'
  }
}

async function bootOf(files: Files): Promise<string> {
  try {
    return (await files.readText('/proc/sys/kernel/random/boot_id')).trim()
  } catch {
    return ''
  }
}
