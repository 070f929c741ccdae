import { Argument, type Command, type Option } from 'commander'
import { bashCompletion } from './bash-completion.ts'
import { RUNTIMES } from './engine/runtime-choice.ts'

/** `hitless complete SHELL` prints a completion script, which asks `hitless complete -- WORDS`. */
export const COMPLETE = 'complete'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell']

/** To the scripts: offer files, as for a command that nothing is known of (cobra's ShellCompDirectiveDefault). */
const OFFER_FILES = ':0'

/** What the values of flags, and the arguments, that are files are called in the help. */
const FILE_FLAG = /<(file|path|directory)>$/
const FILE_ARGUMENTS: readonly string[] = ['path', 'recording']

export function addCompleteCommand(program: Command): void {
  program
    .command(COMPLETE)
    .summary('print the script by which a shell completes words')
    .description(
      'Prints a script by which the shell completes commands, flags, their values and files. ' +
        'It needs hitless in the PATH, and in bash nothing else.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .showHelpAfterError(`Choose one of ${SHELLS.join(', ')}.`)
    .addHelpText('after', HELP)
    .action(async (shell: string) => {
      if (shell === 'bash') {
        // The library's needs the package bash-completion, and never offers a file.
        process.stdout.write(bashCompletion(program.name()))
        return
      }
      const { script } = await import('@bomb.sh/tab')
      script(shell, program.name(), program.name())
    })
}

/**
 * Prints what the last of `words` can become, one a line, and then what the shell is to do with that. `program` is one
 * without the command `complete`.
 */
export async function printCompletions(program: Command, words: readonly string[]): Promise<void> {
  if (wantsFile(program, words)) {
    process.stdout.write(`${OFFER_FILES}\n`)
    return
  }
  const { default: tab } = await import('@bomb.sh/tab/commander')
  const { PROFILES } = await import('../proxy/profile.ts')
  const valuesOf = { runtime: RUNTIMES, path: PROFILES.map(({ name }) => name) }
  const completions = tab(program)
  for (const command of completions.commands.values()) {
    for (const [flag, values] of Object.entries(valuesOf)) {
      const known = command.options.get(flag)
      if (known !== undefined) command.option(flag, known.description, offering(values))
    }
  }
  completions.commands.get(COMPLETE)?.argument('shell', offering(SHELLS))
  completions.parse([...words])
}

function offering(values: readonly string[]) {
  return (complete: (value: string, description: string) => void) => {
    for (const value of values) complete(value, '')
  }
}

/** Whether the last word is the value of a flag that takes a file, or an argument that is one. */
export function wantsFile(program: Command, words: readonly string[]): boolean {
  const [name, ...rest] = words
  const command = program.commands.find((known) => known.name() === name)
  const current = rest.at(-1)
  if (command === undefined || current === undefined) return false
  const before = rest.slice(0, -1)
  const valued = flagWithValue(command, before.at(-1)) ?? flagWithValue(command, current, '=')
  if (valued !== undefined) return FILE_FLAG.test(valued.flags)
  if (current.startsWith('-')) return false
  const given = before.filter(
    (word, index) =>
      !word.startsWith('-') && flagWithValue(command, before[index - 1]) === undefined,
  )
  const argument = command.registeredArguments[given.length]
  return argument !== undefined && FILE_ARGUMENTS.includes(argument.name())
}

/** The flag that `word` is, if it takes the next word; with `separator`, the one whose value it has in itself. */
function flagWithValue(
  command: Command,
  word: string | undefined,
  separator?: '=',
): Option | undefined {
  const [flag, ...value] = separator === undefined ? [word] : (word ?? '').split(separator)
  if (separator !== undefined && value.length === 0) return undefined
  return command.options.find(
    ({ short, long, required }) =>
      required && flag !== undefined && (flag === short || flag === long),
  )
}

const HELP = `
Examples:
  eval "$(hitless complete bash)"       in ~/.bashrc
  source <(hitless complete zsh)        in ~/.zshrc, below compinit
  hitless complete fish | source        in ~/.config/fish/config.fish`
