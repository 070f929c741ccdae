import type { Command } from 'commander'
import type { JudgeFlags } from './judge-run.ts'

export function addJudgeCommand(program: Command): void {
  program
    .command('judge')
    .summary('judge a recording again')
    .description(
      'Reads a recording and judges it with the rules of this version: nothing is run, and the same\n' +
        'recording always gives the same verdict.',
    )
    .argument('<recording>', 'the directory that a run printed as its Recording')
    .option('--json <file>', 'write the verdict as JSON')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .addHelpText('after', '\nExample:\n  hitless judge .hitless/runs/2026-11-21T09-30-00Z')
    .action(async (directory: string, flags: JudgeFlags) => {
      const { judgeRecording } = await import('./judge-run.ts')
      process.exitCode = await judgeRecording(directory, flags)
    })
}
