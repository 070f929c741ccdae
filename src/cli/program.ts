import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { COMPLETE, addCompleteCommand, printCompletions } from './complete-command.ts'
import { addJudgeCommand } from './judge-command.ts'
import { printError } from './print-error.ts'
import { addLoadCommand } from './load-command.ts'
import { addNodeCommand } from './node-command.ts'
import { addTestCommand } from './test-command.ts'
import { addUpCommand } from './up-command.ts'

const USAGE_EXIT_CODE = 2

const HELP = `
Examples:
  hitless test examples/websample
  hitless up -f examples/websample`

/** Runs one command line; what it ends with is `process.exitCode`. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = newProgram()
  try {
    if (argv[2] === COMPLETE && argv[3] === '--')
      return await printCompletions(program, argv.slice(4))
    addCompleteCommand(program)
    refuseHelpOfNothing(program, argv.slice(2))
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

/** commander answers `help nonsense` with the help of everything, as if that had been asked for. */
function refuseHelpOfNothing(program: Command, [first, name]: readonly string[]): void {
  const isAsked = first === 'help' && name !== undefined && !name.startsWith('-')
  if (!isAsked || program.commands.some((command) => command.name() === name)) return
  program.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' })
}

function newProgram(): Command {
  const program = new Command('hitless')
    .description(
      'Proves that a rolling update drops no request; when it drops one, names the cause and the fix.',
    )
    .version(packageVersion(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .showHelpAfterError('Run hitless --help, or hitless COMMAND --help, for what there is.')
    // By name alone, so that each command's line is one.
    .configureHelp({ sortSubcommands: true, subcommandTerm: (command) => command.name() })
    .addHelpText('after', HELP)
  addTestCommand(program, packageVersion())
  addJudgeCommand(program)
  addLoadCommand(program)
  addUpCommand(program, packageVersion())
  addNodeCommand(program, packageVersion())
  return program
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url)
  const { version }: { readonly version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}
