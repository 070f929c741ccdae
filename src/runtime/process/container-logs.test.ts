import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { liveFiles } from '../../world/live/files.ts'
import { ContainerLogs } from './container-logs.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hitless-logs-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const MIB = 1024 * 1024

/** Lines of 1 KiB, numbered. */
function lines(first: number, count: number): Uint8Array {
  const text = Array.from({ length: count }, (_, index) => `${first + index}`.padEnd(1_023, '.'))
  return Buffer.from(`${text.join('\n')}\n`)
}

test('of a log five files are kept, each entry in one of them, and places stay what they were', async () => {
  const path = join(directory, 'many', '0.log')
  const logs = new ContainerLogs(liveFiles())
  const warnings: string[] = []
  const log = logs.open(path, (message) => warnings.push(message))
  const count = 60 * 1_024
  for (let first = 0; first < count; first += 512) log.append(lines(first, 512))
  await log.close()
  expect(warnings).toEqual([])
  expect(readdirSync(join(directory, 'many'))).toHaveLength(5)
  expect(await logs.sizeOf(path)).toBe(60 * MIB)
  const { kept, newest } = await logs.startOf(path)
  expect(newest).toBeGreaterThanOrEqual(50 * MIB)
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThanOrEqual(20 * MIB)
  expect(await logs.read(path, { offset: 0, bytesMax: 10 })).toHaveLength(0)
  let offset = kept
  let expected = kept / 1_024
  for (;;) {
    const bytes = await logs.read(path, { offset, bytesMax: 4 * MIB })
    if (bytes.length === 0) break
    for (const line of Buffer.from(bytes).toString().trimEnd().split('\n')) {
      expect(Number.parseInt(line, 10)).toBe(expected)
      expected += 1
    }
    offset += bytes.length
  }
  expect(expected).toBe(count)
})

test('a log that an earlier run has begun goes on where it was', async () => {
  const path = join(directory, 'begun', '0.log')
  const write = async (first: number, count: number) => {
    const logs = new ContainerLogs(liveFiles())
    const log = logs.open(path, () => undefined)
    // The size of what is there is known when it is.
    await logs.sizeOf(path)
    for (let line = first; line < first + count; line += 512) log.append(lines(line, 512))
    await log.close()
  }
  // Each writes less than a file holds, and what is before it counts.
  for (let run = 0; run < 8; run += 1) await write(run * 7 * 1_024, 7 * 1_024)
  const logs = new ContainerLogs(liveFiles())
  const { kept, newest } = await logs.startOf(path)
  expect(kept).toBe(0)
  const size = (await logs.sizeOf(path)) ?? 0
  const names = readdirSync(join(directory, 'begun'))
  expect(names).toHaveLength(5)
  for (const name of names) {
    expect(statSync(join(directory, 'begun', name)).size).toBeLessThanOrEqual(11 * MIB)
  }
  expect(newest).toBeGreaterThan(0)
  const bytes = await logs.read(path, { offset: size - 1_024, bytesMax: 1_024 })
  expect(Number.parseInt(Buffer.from(bytes).toString(), 10)).toBe(8 * 7 * 1_024 - 1)
  const [first = 0] = await firstLines(logs, path, size)
  expect(await firstLines(logs, path, size)).toEqual(
    Array.from({ length: size / 1_024 }, (_, index) => first + index),
  )
})

async function firstLines(logs: ContainerLogs, path: string, size: number): Promise<number[]> {
  const numbers: number[] = []
  for (let offset = 0; offset < size;) {
    const bytes = await logs.read(path, { offset, bytesMax: MIB })
    const text = Buffer.from(bytes).toString().trimEnd()
    numbers.push(...text.split('\n').map((line) => Number.parseInt(line, 10)))
    offset += bytes.length
  }
  return numbers
}

test('a short log is one file, one that is not there has no size, and a disk that refuses is told once', async () => {
  const logs = new ContainerLogs(liveFiles())
  const path = join(directory, 'short.log')
  const log = logs.open(path, () => undefined)
  log.append(lines(0, 1))
  await log.close()
  expect(await logs.sizeOf(path)).toBe(1_024)
  expect(await logs.startOf(path)).toEqual({ kept: 0, newest: 0 })
  expect(await logs.sizeOf(join(directory, 'none.log'))).toBeUndefined()
  const warnings: string[] = []
  const refused = logs.open('/dev/full', (message) => warnings.push(message))
  refused.append(lines(0, 1))
  await refused.close()
  expect(warnings).toEqual([
    'the log /dev/full is incomplete: ENOSPC: no space left on device, write',
  ])
})
