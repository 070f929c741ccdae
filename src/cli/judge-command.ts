import type { Command } from 'commander'
import { readRecording } from '../experiment/recording-files.ts'
import { judge } from '../verdict/judge.ts'
import { liveFiles } from '../world/live/files.ts'
import { exitCodeOf, printVerdict } from './print-verdict.ts'

export interface JudgeFlags {
  readonly json?: string
  readonly color?: boolean
}

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
      const recording = await readRecording(liveFiles(), directory)
      const verdict = judge(recording)
      await printVerdict({ recording, verdict, directory, flags })
      process.exitCode = exitCodeOf(verdict)
    })
}
