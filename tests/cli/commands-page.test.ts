import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = join(ROOT, 'docs/reference/commands.md')
const COMMANDS = ['', 'test', 'judge', 'load', 'up', 'node', 'complete']

/** What `--help` prints where there is no terminal. */
function helpOf(command: string): string {
  const args = ['--no-warnings', join(ROOT, 'src/cli/main.ts'), command, '--help']
  const { stdout } = spawnSync(process.execPath, args.filter(Boolean), { encoding: 'utf8' })
  return stdout.trimEnd()
}

const HELP = new Map(COMMANDS.map((command) => [command, helpOf(command)]))

test('the page of commands is what --help prints', async () => {
  const page = readFileSync(PAGE, 'utf8').replaceAll(
    /^```\nUsage: hitless ?(test|judge|load|up|node|complete)? [^]*?^```$/gm,
    (_block, command?: string) => `\`\`\`\n${HELP.get(command ?? '')}\n\`\`\``,
  )
  for (const help of HELP.values()) {
    expect(help).toMatch(/^Usage: /)
    expect(page).toContain(help)
  }
  await expect(page).toMatchFileSnapshot(PAGE)
})

interface Documented {
  readonly where: string
  readonly command: string
  readonly words: readonly string[]
}

/** Every line of a code block of the documentation that runs hitless. */
function documentedCommands(): Documented[] {
  return globSync(['README.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT }).flatMap(
    (path) =>
      [
        ...readFileSync(join(ROOT, path), 'utf8').matchAll(
          /^ *(?:\.\/)?hitless (test|judge|load) (.*)$/gm,
        ),
      ].map(([, command = '', rest = '']) => ({
        where: `${path}: hitless ${command} ${rest}`,
        command,
        words: rest.split(/\s+/),
      })),
  )
}

test('every documented command names flags and examples that are there', () => {
  const commands = documentedCommands()
  expect(commands.length).toBeGreaterThan(10)
  const faults = commands.flatMap(({ where, command, words }) => [
    ...words
      .filter((word) => word.startsWith('--') && !HELP.get(command)?.includes(`${word} `))
      .map((flag) => `${where}: there is no ${flag}`),
    ...words
      .filter((word) => word.startsWith('examples/'))
      .filter((example) => globSync(`${example}/hitless.yaml`, { cwd: ROOT }).length === 0)
      .map((example) => `${where}: there is no ${example}`),
  ])
  expect(faults).toEqual([])
})

test("the tutorial's hook is the one that makes the example hitless", () => {
  const tutorial = readFileSync(join(ROOT, 'docs/tutorial/first-proof.md'), 'utf8')
  const manifest = readFileSync(join(ROOT, 'examples/with-prestop/deployment.yaml'), 'utf8')
  const hook: unknown = parse(/^```yaml\n(lifecycle:[^]*?)^```$/m.exec(tutorial)?.[1] ?? '')
  const { lifecycle } = parse(manifest).spec.template.spec.containers[0]
  expect(lifecycle).toEqual(expect.objectContaining({ preStop: expect.anything() }))
  expect(hook).toEqual({ lifecycle })
})
