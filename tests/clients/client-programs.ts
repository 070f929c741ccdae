import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newMaker, type MadeProgram } from '../support/made-programs.ts'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
/** The newest that was generated from Kubernetes 1.34. */
const PYTHON_CLIENT = 'kubernetes==34.1.0'
const isRequired = process.env['HITLESS_REQUIRE_CLIENTS'] === '1'
const maker = newMaker('clients', { isRequired })

/** python_round.py in an environment of its own, into which pip has put the client. */
export function pythonRound(): Promise<MadeProgram> {
  return maker.available(async () => {
    const bin = await maker.pythonWith([PYTHON_CLIENT])
    return [join(bin, 'python'), '-B', here('python_round.py')]
  })
}

/**
 * The program of `go/`. Compiling all of client-go takes a minute and more; Go keeps what it has compiled, so
 * that a build that was cut off goes on there the next time. Modules are not fetched unless tests are required.
 */
export function goRound(): Promise<MadeProgram> {
  return maker.available(async () => {
    await maker.found('go', ['version'])
    const source = here('go')
    const hash = createHash('sha256')
    for (const name of ['go.mod', 'main.go']) hash.update(readFileSync(join(source, name)))
    const program = join(maker.cache, `go-round-${hash.digest('hex').slice(0, 16)}`)
    if (!existsSync(program)) {
      mkdirSync(maker.cache, { recursive: true })
      const env = { GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', ...noModuleProxy() }
      await maker.run('go', ['build', '-o', program, '.'], { cwd: source, env })
    }
    return [program]
  })
}

function noModuleProxy(): Readonly<Record<string, string>> {
  return isRequired ? {} : { GOPROXY: 'off' }
}
