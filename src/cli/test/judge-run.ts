import { readRecording } from '../../experiment/recording-files.ts'
import { judge } from '../../verdict/judge.ts'
import { liveFiles } from '../../world/live/files.ts'
import { exitCodeOf, printVerdict } from './print-verdict.ts'

export interface JudgeFlags {
  readonly json?: string
  readonly color?: boolean
}

/** `hitless judge`: reads, judges, prints. Returns the exit code. */
export async function judgeRecording(directory: string, flags: JudgeFlags): Promise<number> {
  const recording = await readRecording(liveFiles(), directory)
  const verdict = judge(recording)
  await printVerdict({ recording, verdict, directory, flags })
  return exitCodeOf(verdict)
}
