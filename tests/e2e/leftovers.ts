import { readdir, readFile, readlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'

/** What a run could leave behind on this machine. */
export interface Traces {
  /** Processes in another network or PID namespace than ours: `pid command`. */
  readonly strangers: readonly string[]
  readonly temporaryFiles: readonly string[]
  readonly mounts: readonly string[]
}

export async function takeTraces(): Promise<Traces> {
  return {
    strangers: await strangers(),
    temporaryFiles: (await readdir(tmpdir())).filter((name) => name.startsWith('hitless')).sort(),
    mounts: (await readFile('/proc/self/mounts', 'utf8'))
      .split('\n')
      .filter((line) => line.includes('netns') || line.includes('hitless'))
      .sort(),
  }
}

/** What is there now and was not before. */
export async function newTraces(before: Traces): Promise<Traces> {
  const now = await takeTraces()
  return {
    strangers: now.strangers.filter((entry) => !before.strangers.includes(entry)),
    temporaryFiles: now.temporaryFiles.filter((entry) => !before.temporaryFiles.includes(entry)),
    mounts: now.mounts.filter((entry) => !before.mounts.includes(entry)),
  }
}

export const NO_TRACES: Traces = { strangers: [], temporaryFiles: [], mounts: [] }

/**
 * A process that a living program of our own namespaces looks after belongs to a run that goes on,
 * perhaps somebody else's. What is left behind has been handed to process 1.
 */
async function strangers(): Promise<string[]> {
  const own = await namespacesOf('self')
  const processes = new Map<string, { readonly parent: string; readonly isStranger: boolean }>()
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    const [, state, parent] = /\) (\S) (\d+)/.exec(stat) ?? []
    // A zombie has ended: whoever is its parent has only not looked yet.
    if (parent === undefined || state === 'Z') continue
    const theirs = await namespacesOf(entry)
    processes.set(entry, { parent, isStranger: theirs !== undefined && theirs !== own })
  }
  const isAttended = (processId: string): boolean => {
    const process = processes.get(processId)
    if (process === undefined || processId === '1') return false
    return !process.isStranger || isAttended(process.parent)
  }
  const found = [...processes].filter(
    ([processId, { isStranger }]) => isStranger && !isAttended(processId),
  )
  return Promise.all(
    found.map(async ([processId]) => {
      const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')
      return `${processId} ${command.replaceAll('\0', ' ')}`
    }),
  )
}

async function namespacesOf(processId: string): Promise<string | undefined> {
  try {
    const names = ['net', 'pid'] as const
    const links = await Promise.all(names.map((name) => readlink(`/proc/${processId}/ns/${name}`)))
    return links.join(' ')
  } catch {
    return undefined
  }
}
