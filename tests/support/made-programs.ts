import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A program that a test needs and that is no part of the project, or why there is none. */
export type MadeProgram =
  { readonly command: readonly string[] } | { readonly command: undefined; readonly why: string }

/** For titles: why the tests are skipped, or nothing. */
export function reasonOf(program: MadeProgram): string {
  return program.command === undefined ? ` (skipped: ${program.why})` : ''
}

/** Makes programs from their languages' registries, and keeps them in node_modules/.cache: some take minutes. */
export interface Maker {
  readonly cache: string
  /** What `make` returns; an error that it ends with is told as the reason, or thrown where programs are required. */
  available(make: () => Promise<readonly string[]>): Promise<MadeProgram>
  /** Rejects when the program is not installed. */
  found(program: string, args: readonly string[]): Promise<void>
  run(program: string, args: readonly string[], options?: RunOptions): Promise<void>
  /** The `bin` of a Python environment with these packages (`flask==3.1.2`). */
  pythonWith(packages: readonly string[]): Promise<string>
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** `folder` of the cache. Whoever requires the programs waits for them; others get them when they are cheap. */
export function newMaker(folder: string, { isRequired }: { readonly isRequired: boolean }): Maker {
  const cache = fileURLToPath(new URL(`../../node_modules/.cache/${folder}`, import.meta.url))
  const timeout = isRequired ? 900_000 : 120_000

  const run: Maker['run'] = async (program, args, { cwd = cache, env = {} } = {}) => {
    mkdirSync(cache, { recursive: true })
    try {
      await promisify(execFile)(program, args, { cwd, env: { ...process.env, ...env }, timeout })
    } catch (error) {
      const isLate = error instanceof Error && 'killed' in error && error.killed === true
      if (!isLate) throw error
      const words = [program, ...args].join(' ').replaceAll(`${cache}/`, '')
      throw new Error(`${words} took longer than ${timeout / 1000} s`, { cause: error })
    }
  }
  const found: Maker['found'] = (program, args) =>
    run(program, args).catch((cause: unknown) => {
      throw new Error(`${program} is not installed`, { cause })
    })

  return {
    cache,
    run,
    found,
    async available(make) {
      try {
        return { command: await make() }
      } catch (error) {
        if (isRequired) throw error
        return { command: undefined, why: whyOf(error) }
      }
    },
    async pythonWith(packages) {
      await found('python3', ['--version'])
      const home = join(cache, `python-${packages.join('-').replaceAll('=', '-')}`)
      const done = join(home, 'installed')
      if (!existsSync(done)) {
        rmSync(home, { recursive: true, force: true })
        await run('python3', ['-m', 'venv', home])
        const install = ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages]
        await run(join(home, 'bin/python'), install)
        writeFileSync(done, '')
      }
      return join(home, 'bin')
    },
  }
}

/** One line: the last that was printed, which is what Go and pip say at the end. */
function whyOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.trim().split('\n').at(-1) ?? '').slice(0, 160)
}
