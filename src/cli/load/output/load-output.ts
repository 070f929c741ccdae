import { statSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { HitlessError } from '../../../base/error.ts'
import { encodeNote, type LedgerBegin, type LedgerEnd } from '../../../timeline/ledger-file.ts'
import { CSV_HEAD, csvLine, type LedgerContext, ndjsonLine } from '../../../timeline/ledger-rows.ts'
import { decodeLedger } from '../../../timeline/ledger.ts'
import type { Appender, Files } from '../../../world/files.ts'
import { badFlag } from '../../flag-values.ts'

/** `--output FILE`: every record, written while the run goes on. */
export interface LoadOutput {
  records(bytes: Uint8Array): void
  /** Rejects with `load-output-failed` where a record is missing. */
  close(end: LedgerEnd): Promise<void>
}

export type OutputFormat = 'ledger' | 'ndjson' | 'csv'

/** `-`: NDJSON on the standard output. */
export const STANDARD_OUTPUT = '-'

/** By the ending of the name; throws HitlessError (exit code 2) for another. */
export function outputFormat(path: string): OutputFormat {
  if (path === STANDARD_OUTPUT) return 'ndjson'
  switch (extname(path)) {
    case '.ledger':
      return 'ledger'
    case '.ndjson':
    case '.jsonl':
      return 'ndjson'
    case '.csv':
      return 'csv'
    default:
      throw badFlag(
        '--output',
        path,
        'a name that ends in .ledger, .ndjson or .csv, or - for NDJSON',
      )
  }
}

/** Creates or replaces the file; `onFailure` is told at once of what `close` rejects with later. */
export async function openOutput(
  files: Files,
  path: string,
  {
    begin,
    onFailure,
  }: { readonly begin: LedgerBegin; readonly onFailure: (e: HitlessError) => void },
): Promise<LoadOutput> {
  const format = outputFormat(path)
  // It would be opened and closed, and its reader gone, before the first record.
  if (path !== STANDARD_OUTPUT && statSync(path, { throwIfNoEntry: false })?.isFIFO() === true) {
    throw badFlag('--output', `${path}, which is a pipe`, 'a file, or - for the standard output')
  }
  const appender = await appendTo(files, path, (error) => onFailure(outputFailed(path, error)))
  return new Output(path, recordText(format, begin), appender)
}

async function appendTo(
  files: Files,
  path: string,
  onError: (error: unknown) => void,
): Promise<Appender> {
  if (path === STANDARD_OUTPUT) return files.openAppend('/dev/stdout', { onError })
  try {
    await files.makeDirectory(dirname(path))
    await files.writeText(path, '')
  } catch (error) {
    throw new HitlessError('bad-flag', `--output ${path}: ${reasonOf(error)}`, {
      exitCode: 2,
      hint: 'Name a file that this user may write.',
    })
  }
  return files.openAppend(path, { onError })
}

class Output implements LoadOutput {
  readonly #path: string
  readonly #writing: RecordText
  readonly #appender: Appender

  constructor(path: string, writing: RecordText, appender: Appender) {
    this.#path = path
    this.#writing = writing
    this.#appender = appender
    appender.append(writing.head)
  }

  records(bytes: Uint8Array): void {
    this.#appender.append(this.#writing.records(bytes))
  }

  async close(end: LedgerEnd): Promise<void> {
    this.#appender.append(this.#writing.tail(end))
    try {
      await this.#appender.close()
    } catch (error) {
      throw outputFailed(this.#path, error)
    }
  }
}

/** Ledger records in another form. */
export interface RecordText {
  readonly head: string | Uint8Array
  records(bytes: Uint8Array): string | Uint8Array
  tail(end: LedgerEnd): string | Uint8Array
}

export function recordText(format: OutputFormat, begin: LedgerBegin): RecordText {
  if (format === 'ledger')
    return { head: encodeNote(begin), records: (bytes) => bytes, tail: encodeNote }
  const context: LedgerContext = {
    originWallMs: begin.originWallMs,
    requests: begin.description.requests,
  }
  const line = format === 'csv' ? csvLine : ndjsonLine
  return {
    head: format === 'csv' ? CSV_HEAD : '',
    records: (bytes) => decodeLedger(bytes).reduce((text, one) => text + line(one, context), ''),
    tail: () => '',
  }
}

export function outputFailed(path: string, cause: unknown): HitlessError {
  const name = path === STANDARD_OUTPUT ? 'the standard output' : path
  return new HitlessError(
    'load-output-failed',
    `records are missing in ${name}: ${reasonOf(cause)}`,
    {
      exitCode: 3,
      hint: 'The summary is whole all the same. A record needs 64 bytes in a .ledger and about 300 in the others.',
      cause,
    },
  )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
