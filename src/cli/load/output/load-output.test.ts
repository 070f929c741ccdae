import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { unsentRequest } from '../../../../tests/support/unsent-request.ts'
import type { HitlessError } from '../../../base/error.ts'
import { type LedgerBegin, type LedgerEnd, LedgerReader } from '../../../timeline/ledger-file.ts'
import { encodeRecord, RECORD_BYTES } from '../../../timeline/ledger.ts'
import { liveFiles } from '../../../world/live/files.ts'
import { openOutput, outputFormat } from './load-output.ts'

const directory = mkdtempSync(join(tmpdir(), 'hitless-output-'))
const file = (name: string) => join(directory, name)
afterAll(() => rmSync(directory, { recursive: true }))

const begin: LedgerBegin = {
  schema: 'hitless.ledger/v1',
  kind: 'begin',
  originWallMs: 0,
  description: {
    url: 'http://shop.test/',
    protocol: 'http1',
    connections: 1,
    timeoutMs: 1_000,
    workers: 1,
    requests: ['GET /'],
  },
  isReplayable: [true],
}
const end: LedgerEnd = {
  schema: 'hitless.ledger/v1',
  kind: 'end',
  startedAt: 0,
  generator: {
    planned: 2,
    latenessMs: { p50: 0, p99: 0, max: 0 },
    loopDelayMsMax: 0,
    connections: { opened: 0, reused: 0, closedIdle: 0, agedOut: 0 },
  },
}

function batch(): Uint8Array {
  const bytes = new Uint8Array(2 * RECORD_BYTES)
  const view = new DataView(bytes.buffer)
  for (const sequence of [0, 1]) {
    const times = { intendedAt: sequence * 1e6, endedAt: 5e6 }
    const record = unsentRequest({ outcome: 'not-sent', sequence, ...times })
    encodeRecord(record, view, sequence * RECORD_BYTES)
  }
  return bytes
}

async function write(path: string) {
  const failures: HitlessError[] = []
  const output = await openOutput(liveFiles(), path, {
    begin,
    onFailure: (failure) => void failures.push(failure),
  })
  output.records(batch())
  const closing = output.close(end)
  return { failures, closing }
}

describe('the records of a run', () => {
  test('replace what was in a .ledger, with a note at each end', async () => {
    writeFileSync(file('a.ledger'), 'old')
    await (
      await write(file('a.ledger'))
    ).closing
    const seen: unknown[] = []
    const reader = new LedgerReader('a', {
      onNote: ({ kind }) => void seen.push(kind),
      onRecord: ({ sequence }) => void seen.push(sequence),
    })
    reader.push(readFileSync(file('a.ledger')))
    expect(seen).toEqual(['begin', 0, 1, 'end'])
  })

  test.each([
    ['a.csv', 3, /^sequence,/],
    ['deep/down/a.ndjson', 2, /^\{"sequence":0,/],
  ])('%s has a line for each', async (name, lines, first) => {
    await (
      await write(file(name))
    ).closing
    const text = readFileSync(file(name), 'utf8')
    expect(text.split('\n')).toHaveLength(lines + 1)
    expect(text).toMatch(first)
  })

  test('that a full disk refuses are told at once and at the end', async () => {
    symlinkSync('/dev/full', file('full.ledger'))
    const { failures, closing } = await write(file('full.ledger'))
    await expect(closing).rejects.toMatchObject({ code: 'load-output-failed', exitCode: 3 })
    expect(failures.map(({ message }) => message)).toEqual([
      `records are missing in ${file('full.ledger')}: ENOSPC: no space left on device, write`,
    ])
  })

  test.each(['a.txt', 'a', 'ledger'])('%s is no name for them', (path) => {
    expect(() => outputFormat(path)).toThrow(expect.objectContaining({ exitCode: 2 }))
  })

  test('cannot go to a directory', async () => {
    rmSync(file('b.ledger'), { force: true })
    await liveFiles().makeDirectory(file('b.ledger'))
    await expect(write(file('b.ledger'))).rejects.toMatchObject({ exitCode: 2 })
  })
})
