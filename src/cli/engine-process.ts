import { resolve } from 'node:path'
import type { SandboxSupport } from '../runtime/sandbox-support.ts'
import { catchInterrupts } from './interrupts.ts'
import { checkEnd } from './run-end.ts'
import { runInSandbox, type SandboxedProgram } from './sandboxed-process.ts'
import { makeDataDirectory, makeTemporaryData } from './up-directory.ts'

/** With the directory that the user named, or a temporary one that is gone afterwards. */
export async function withData(
  named: string | undefined,
  use: (directory: string) => Promise<number>,
): Promise<number> {
  // Before anything is made that is to be removed.
  catchInterrupts()
  if (named !== undefined) {
    const directory = resolve(named)
    makeDataDirectory(directory)
    return use(directory)
  }
  const directory = await makeTemporaryData()
  try {
    return await use(directory.path)
  } finally {
    directory.remove()
  }
}

/**
 * Runs this very command line once more, in namespaces in which pods can be made, with `env` besides this process's own.
 * It has started when this returns; resolves with the exit code. `listener`: see SandboxedProgram.
 */
export async function runAgainInside(
  { userNamespace }: SandboxSupport & { ok: true },
  { env, listener }: Pick<SandboxedProgram, 'env' | 'listener'>,
): Promise<number> {
  const exitCode = await runInSandbox({
    entry: process.argv[1] ?? '',
    args: process.argv.slice(2),
    env: { ...process.env, ...env },
    userNamespace,
    ...(listener === undefined ? {} : { listener }),
  })
  return checkEnd(exitCode)
}
