import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyReport, peoplesStream } from './print-verdict.ts'

test('a report that could not be written is told before the run, and an old one is emptied', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hitless-report-'))
  try {
    const file = join(directory, 'report.json')
    await writeFile(file, '{"verdict":"proven"}')
    await emptyReport(file)
    expect(await readFile(file, 'utf8')).toBe('')
    for (const unwritable of [directory, join(directory, 'missing', 'report.json')]) {
      await expect(emptyReport(unwritable)).rejects.toMatchObject({
        code: 'report-unwritable',
        exitCode: 3,
        hint: expect.stringContaining('Nothing was started'),
      })
    }
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('the report on stdout sends what people read to stderr', () => {
  expect(peoplesStream({ json: '-' })).toBe(process.stderr)
  expect(peoplesStream({ json: 'report.json' })).toBe(process.stdout)
  expect(peoplesStream({})).toBe(process.stdout)
})
