import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addJudgeCommand } from './judge-command.ts'
import { printError } from './print-error.ts'
import { addNodeCommand } from './node-command.ts'
import { addTestCommand } from './test-command.ts'
import { addUpCommand } from './up-command.ts'

const USAGE_EXIT_CODE = 2

/** `hitless complete SHELL` prints a completion script, which asks `hitless complete -- WORDS`. */
const COMPLETE = 'complete'

const HELP = `
Completion (bash, zsh, fish, powershell):
  eval "$(hitless complete bash)"

Examples:
  hitless test examples/websample
  hitless up -f examples/websample`

/** Runs one command line; what it ends with is `process.exitCode`. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = newProgram()
  try {
    // Only then: completion costs as much to load as all the rest of the command line.
    if (argv[2] === COMPLETE) await addCompletion(program)
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError
        ? error.exitCode === 0
          ? 0
          : USAGE_EXIT_CODE
        : printError(error)
  }
}

async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander')
  tab(program, { completionCommandName: COMPLETE })
}

function newProgram(): Command {
  const program = new Command('hitless')
    .description(
      'Proves that a rolling update drops no request; when it drops one, names the cause and the fix.',
    )
    .version(packageVersion(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ sortSubcommands: true })
    .addHelpText('after', HELP)
  addTestCommand(program, packageVersion())
  addJudgeCommand(program)
  addUpCommand(program, packageVersion())
  addNodeCommand(program, packageVersion())
  return program
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url)
  const { version }: { readonly version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}
