import { writeFile } from 'node:fs/promises'
import { HitlessError } from '../base/error.ts'
import { formatJsonReport } from '../report/json.ts'
import { renderVerdict } from '../report/terminal.ts'
import type { Recording } from '../verdict/recording.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { styleFor } from './terminal-style.ts'

export interface PrintedVerdict {
  readonly recording: Recording
  readonly verdict: Verdict
  /** Of the recording. */
  readonly directory: string
  readonly flags: { readonly json?: string; readonly color?: boolean }
}

/** Prints the verdict on stdout and writes the JSON where that is wanted. */
export async function printVerdict(printed: PrintedVerdict): Promise<void> {
  const { recording, verdict, directory, flags } = printed
  const { run } = recording
  const style = styleFor(process.stdout, flags.color)
  process.stdout.write(`\n${renderVerdict({ verdict, run, style, recordingDirectory: directory })}`)
  if (flags.json === undefined) return
  try {
    await writeFile(flags.json, formatJsonReport(verdict, run))
  } catch (error) {
    throw new HitlessError('report-unwritable', `cannot write ${flags.json}: ${String(error)}`, {
      exitCode: 3,
      hint: `The recording is complete: hitless judge ${directory} --json FILE writes it again.`,
      cause: error,
    })
  }
}

/** 0 proven, 1 dropped, 3 inconclusive. */
export function exitCodeOf({ verdict }: Verdict): number {
  switch (verdict) {
    case 'proven':
      return 0
    case 'dropped':
      return 1
    case 'inconclusive':
      return 3
  }
}
