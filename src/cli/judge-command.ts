import type { Command } from 'commander'
import type { JudgeFlags } from './test/judge-run.ts'

export function addJudgeCommand(program: Command): void {
  program
    .command('judge')
    .summary('judge a recording again')
    .description(
      'Reads a recording and judges it with the rules of this version: nothing is run, and the same ' +
        'recording always gives the same verdict.',
    )
    .argument('<recording>', 'the directory that a run printed as its Recording')
    .option('--json <file>', 'write the verdict as JSON; - is stdout, and the rest stderr')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .addHelpText('after', HELP)
    .action(async (directory: string, flags: JudgeFlags) => {
      const { judgeRecording } = await import('./test/judge-run.ts')
      process.exitCode = await judgeRecording(directory, flags)
    })
}

const HELP = `
Exit codes:
  0 proven    1 dropped    2 no such recording    3 inconclusive

Example:
  hitless judge .hitless/runs/2026-11-21T09-30-00.123Z`
