import { resolve } from 'node:path'
import type { SandboxSupport } from '../../runtime/sandbox-support.ts'
import { catchInterrupts, INTERRUPTED } from '../interrupts.ts'
import { holderVariables } from './kept-sandbox.ts'
import { checkEnd } from './run-end.ts'
import {
  endHolder,
  forgetHolder,
  isHeld,
  isOthers,
  takeHolder,
  type Holder,
} from './sandbox-holder.ts'
import { runInSandbox, type SandboxedProgram } from './sandboxed-process.ts'
import { makeDataDirectory, makeTemporaryData } from './up-directory.ts'

/** Where a run has its data. `isKept`: the user named it, and the next run goes on with what is there. */
export interface DataPlace {
  readonly directory: string
  readonly isKept: boolean
}

/** With the directory that the user named, or a temporary one that is gone afterwards. */
export async function withData(
  named: string | undefined,
  use: (place: DataPlace) => Promise<number>,
): Promise<number> {
  // Before anything is made that is to be removed.
  catchInterrupts()
  if (named !== undefined) {
    const directory = resolve(named)
    makeDataDirectory(directory)
    return use({ directory, isKept: true })
  }
  const directory = await makeTemporaryData()
  try {
    return await use({ directory: directory.path, isKept: false })
  } finally {
    directory.remove()
  }
}

/** Namespaces that outlive this process, and whose data they are about. */
export interface HeldSandbox {
  readonly directory: string
  readonly holder: Holder
}

/** Of a kept place, those that an earlier run has left or new ones; else none. */
export async function holdSandbox(
  { userNamespace }: SandboxSupport & { ok: true },
  { directory, isKept }: DataPlace,
): Promise<HeldSandbox | undefined> {
  return isKept ? { directory, holder: await takeHolder(directory, userNamespace) } : undefined
}

/**
 * Runs this very command line once more, in namespaces in which pods can be made, with `env` besides this process's own.
 * It has started when this returns; resolves with the exit code. `listener`: see SandboxedProgram. What runs in `held`
 * namespaces ends at a clean end (keepSandbox) and at a second Ctrl-C, and else goes on.
 */
export async function runAgainInside(
  { userNamespace }: SandboxSupport & { ok: true },
  {
    env,
    listener,
    held,
  }: Pick<SandboxedProgram, 'env' | 'listener'> & { readonly held?: HeldSandbox | undefined },
): Promise<number> {
  const exitCode = await runInSandbox({
    entry: process.argv[1] ?? '',
    args: process.argv.slice(2),
    env: {
      ...process.env,
      ...env,
      ...(held === undefined ? {} : holderVariables(held.holder)),
    },
    userNamespace,
    ...(listener === undefined ? {} : { listener }),
    ...(held === undefined ? {} : { holder: held.holder }),
  })
  if (held !== undefined) await release(held, exitCode)
  return checkEnd(exitCode)
}

async function release(
  { directory, holder: { record, keep } }: HeldSandbox,
  exitCode: number,
): Promise<void> {
  keep?.destroy()
  if (isOthers(directory, record)) return
  if (exitCode === INTERRUPTED && isHeld(directory, record)) forgetHolder(directory)
  if (!isHeld(directory, record)) return endHolder(record)
  const remedy = `start again with --data ${directory} to go on with them, and end that with Ctrl-C`
  process.stderr.write(`warning  pods of this run may still run: ${remedy}\n`)
}
