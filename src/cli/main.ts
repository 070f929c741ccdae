#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addJudgeCommand } from './judge-command.ts'
import { printError } from './print-error.ts'
import { addTestCommand } from './test-command.ts'

const USAGE_EXIT_CODE = 2

await main(process.argv)

async function main(argv: readonly string[]): Promise<void> {
  outliveReaders()
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

/**
 * A reader that has seen enough (`| head`) must not end a run half way, with pods to stop and an exit code
 * that reads like a verdict. The run goes on; only the rest of its output is lost.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
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
