import { writeFile } from 'node:fs/promises'
import type { WriteStream } from 'node:tty'
import { HitlessError } from '../../base/error.ts'
import { formatJsonReport } from '../../report/json.ts'
import { renderVerdict } from '../../report/terminal.ts'
import type { Recording } from '../../verdict/recording.ts'
import type { Verdict } from '../../verdict/verdict.ts'
import { styleFor } from '../terminal-style.ts'

export interface PrintedVerdict {
  readonly recording: Recording
  readonly verdict: Verdict
  /** Of the recording. */
  readonly directory: string
  readonly flags: { readonly json?: string; readonly color?: boolean }
}

/** As the file of a report: stdout, which then holds nothing else. */
const STDOUT = '-'

/** Where people read. */
export function peoplesStream({ json }: { readonly json?: string }): WriteStream {
  return json === STDOUT ? process.stderr : process.stdout
}

/** Prints the verdict for people, and writes the JSON where that is wanted. */
export async function printVerdict(printed: PrintedVerdict): Promise<void> {
  const { recording, verdict, directory, flags } = printed
  const { run } = recording
  const stream = peoplesStream(flags)
  const style = styleFor(stream, flags.color)
  stream.write(`\n${renderVerdict({ verdict, run, style, recordingDirectory: directory })}`)
  if (flags.json === undefined) return
  await writeReport(
    flags.json,
    formatJsonReport(verdict, run),
    `The recording is complete: hitless judge ${directory} --json FILE writes it again.`,
  )
}

/**
 * Before anything is started: minutes of a run must not end with a report that cannot be written, and an
 * older run's report must not be taken for this one's. Throws HitlessError.
 */
export async function emptyReport(file: string): Promise<void> {
  await writeReport(file, '', 'Nothing was started. Choose a file that can be written.')
}

async function writeReport(file: string, text: string, hint: string): Promise<void> {
  try {
    if (file === STDOUT) process.stdout.write(text)
    else await writeFile(file, text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HitlessError('report-unwritable', `cannot write ${file}: ${reason}`, {
      exitCode: 3,
      hint,
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
