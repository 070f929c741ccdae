#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addJudgeCommand } from './judge-command.ts'
import { printError } from './print-error.ts'
import { addTestCommand } from './test-command.ts'

const USAGE_EXIT_CODE = 2

await main(process.argv)

async function main(argv: readonly string[]): Promise<void> {
  const program = newProgram()
  try {
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

function newProgram(): Command {
  const program = new Command('hitless')
    .description(
      'Proves that a rolling update drops no request; when it drops one, names the cause and the fix.',
    )
    .version(packageVersion(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ sortSubcommands: true })
    .addHelpText('after', '\nExample:\n  hitless test examples/websample')
  addTestCommand(program, packageVersion())
  addJudgeCommand(program)
  return program
}

function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url)
  const { version }: { readonly version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}
