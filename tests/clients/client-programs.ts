import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A program that speaks to the API by a client library, or why there is none. */
export type ClientProgram =
  { readonly command: readonly string[] } | { readonly command: undefined; readonly why: string }

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
/** Kept between runs: what lies there took a minute or more to make. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/clients', import.meta.url))
/** The newest that was generated from Kubernetes 1.34. */
const PYTHON_CLIENT = 'kubernetes==34.1.0'
/** Whoever wants the tests waits for them; others get them when they are cheap. */
const isRequired = process.env['HITLESS_REQUIRE_CLIENTS'] === '1'
const MAKE_MS_MAX = isRequired ? 900_000 : 120_000

/** For titles: why the tests are skipped, or nothing. */
export function reasonOf(program: ClientProgram): string {
  return program.command === undefined ? ` (skipped: ${program.why})` : ''
}

/** python_round.py in an environment of its own, into which pip has put the client. */
export function pythonRound(): Promise<ClientProgram> {
  return available(async () => {
    await found('python3', ['--version'])
    const home = join(CACHE, `python-${PYTHON_CLIENT.replaceAll('=', '-')}`)
    const python = join(home, 'bin/python')
    const done = join(home, 'installed')
    if (!existsSync(done)) {
      rmSync(home, { recursive: true, force: true })
      await run('python3', ['-m', 'venv', home])
      await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', PYTHON_CLIENT])
      writeFileSync(done, '')
    }
    return [python, '-B', here('python_round.py')]
  })
}

/**
 * The program of `go/`. Compiling all of client-go takes a minute and more; Go keeps what it has compiled, so
 * that a build that was cut off goes on there the next time. Modules are not fetched unless tests are required.
 */
export function goRound(): Promise<ClientProgram> {
  return available(async () => {
    await found('go', ['version'])
    const source = here('go')
    const hash = createHash('sha256')
    for (const name of ['go.mod', 'main.go']) hash.update(readFileSync(join(source, name)))
    const program = join(CACHE, `go-round-${hash.digest('hex').slice(0, 16)}`)
    if (!existsSync(program)) {
      mkdirSync(CACHE, { recursive: true })
      const env = { GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', ...noModuleProxy() }
      await run('go', ['build', '-o', program, '.'], { cwd: source, env })
    }
    return [program]
  })
}

function noModuleProxy(): Readonly<Record<string, string>> {
  return isRequired ? {} : { GOPROXY: 'off' }
}

async function available(make: () => Promise<readonly string[]>): Promise<ClientProgram> {
  try {
    return { command: await make() }
  } catch (error) {
    if (isRequired) throw error
    return { command: undefined, why: whyOf(error) }
  }
}

async function found(program: string, args: readonly string[]): Promise<void> {
  await run(program, args).catch((cause: unknown) => {
    throw new Error(`${program} is not installed`, { cause })
  })
}

async function run(
  program: string,
  args: readonly string[],
  { cwd = CACHE, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  const options = { cwd, env: { ...process.env, ...env }, timeout: MAKE_MS_MAX }
  try {
    await promisify(execFile)(program, args, options)
  } catch (error) {
    const isLate = error instanceof Error && 'killed' in error && error.killed === true
    if (!isLate) throw error
    const words = [program, ...args].join(' ').replaceAll(`${CACHE}/`, '')
    throw new Error(`${words} took longer than ${MAKE_MS_MAX / 1000} s`, { cause: error })
  }
}

/** One line: the last that was printed, which is what Go and pip say at the end. */
function whyOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return (message.trim().split('\n').at(-1) ?? '').slice(0, 160)
}
