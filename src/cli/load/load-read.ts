import { createReadStream, createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { HitlessError } from '../../base/error.ts'
import { LedgerMerge } from '../../load/ledger-merge.ts'
import type { LedgerBegin } from '../../timeline/ledger-file.ts'
import { encodeRecord, RECORD_BYTES, type RequestRecord } from '../../timeline/ledger.ts'
import type { LoadResult } from '../../timeline/load-summary.ts'
import { badFlag } from '../flag-values.ts'
import { openHdr } from './output/hdr-file.ts'
import { endOf, type LoadShowFlags, pageOn, shownOn, viewNamed } from './load-end.ts'
import { outputFailed, outputFormat, recordText, STANDARD_OUTPUT } from './output/load-output.ts'

const STANDARD_INPUT = '-'
const PIECE_BYTES = 1024 * 1024

/** `hitless load --read FILE…`: shows what was recorded, several ledgers as one run. Returns the exit code. */
export async function readLoad(paths: readonly string[], flags: LoadShowFlags): Promise<number> {
  const view = viewNamed(flags.view)
  const stream = shownOn(flags)
  const page = pageOn(stream, flags)
  const { output } = flags
  if (output !== undefined) checkOutput(paths, output)
  const writeHdr = await openHdr(flags.hdr)
  const merge = new LedgerMerge()
  for (const path of paths) for await (const _ of readFile(path, merge));
  const result = merge.result()
  stream.write(view.header?.(result.description, page) ?? '')
  stream.write(view.summary?.(result, page) ?? '')
  if (output !== undefined) await writeAll(paths, output, { begin: merge.begin(), result })
  await writeHdr(result)
  return endOf(result, view)
}

function checkOutput(paths: readonly string[], output: string): void {
  outputFormat(output)
  if (paths.includes(STANDARD_INPUT)) {
    throw badFlag('--read', 'of the standard input, with --output', 'a file: it is read twice')
  }
  if (paths.some((path) => resolve(path) === resolve(output))) {
    throw badFlag('--output', output, 'another file than those that are read')
  }
}

/** Reads all of it a second time: only now is it known what the ledgers have in common. */
async function writeAll(
  paths: readonly string[],
  path: string,
  { begin, result }: { readonly begin: LedgerBegin; readonly result: LoadResult },
): Promise<void> {
  const text = recordText(outputFormat(path), begin)
  async function* pieces() {
    yield text.head
    const read: RequestRecord[] = []
    const again = new LedgerMerge((record) => void read.push(record))
    for (const from of paths) {
      for await (const _ of readFile(from, again)) yield text.records(encodeRecords(read.splice(0)))
    }
    const { startedAt, generator } = result
    yield text.tail({ schema: 'hitless.ledger/v1', kind: 'end', startedAt, generator })
  }
  try {
    await pipeline(pieces, path === STANDARD_OUTPUT ? process.stdout : createWriteStream(path))
  } catch (error) {
    throw outputFailed(path, error)
  }
}

/** Yields after each piece. */
async function* readFile(path: string, merge: LedgerMerge): AsyncGenerator<void> {
  const reader = merge.reader(path === STANDARD_INPUT ? 'the standard input' : path)
  const source = path === STANDARD_INPUT ? { fd: 0 } : {}
  const stream = createReadStream(path, { ...source, highWaterMark: PIECE_BYTES })
  try {
    for await (const piece of stream) {
      reader.push(piece)
      yield
    }
  } catch (error) {
    if (error instanceof HitlessError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new HitlessError('bad-flag', `--read ${path}: ${reason}`, {
      exitCode: 2,
      hint: 'Name files that hitless load --output wrote. The recording of a test is read by hitless judge.',
      cause: error,
    })
  }
  reader.finish()
}

function encodeRecords(records: readonly RequestRecord[]): Uint8Array {
  const bytes = new Uint8Array(records.length * RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  for (const [index, record] of records.entries()) encodeRecord(record, view, index * RECORD_BYTES)
  return bytes
}
