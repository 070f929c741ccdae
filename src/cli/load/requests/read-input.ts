import { closeSync, openSync, readSync } from 'node:fs'
import { concatenate } from '../../../base/concatenate.ts'
import { HitlessError } from '../../../base/error.ts'

/** What is read is kept whole: bodies, targets, recorded arrivals. */
const INPUT_BYTES_MAX = 256 * 1_048_576
const PIECE_BYTES = 65_536
const STDIN = 0

/** The bytes of a file, or of the standard input where `path` is `-`. Throws HitlessError (exit code 2) naming flag and file. */
export function readInput(flag: string, path: string): Uint8Array {
  try {
    const file = path === '-' ? STDIN : openSync(path, 'r')
    try {
      return readWhole(file)
    } finally {
      if (file !== STDIN) closeSync(file)
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HitlessError('bad-flag', `${flag} ${path}: ${reason}`, {
      exitCode: 2,
      hint: 'Name a file that this user may read, or - for the standard input.',
      cause: error,
    })
  }
}

function readWhole(file: number): Uint8Array {
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const piece = new Uint8Array(PIECE_BYTES)
    const count = readSync(file, piece)
    if (count === 0) return concatenate(pieces)
    pieces.push(piece.subarray(0, count))
    length += count
    if (length > INPUT_BYTES_MAX) throw new Error(`it is longer than ${INPUT_BYTES_MAX} bytes`)
  }
}
