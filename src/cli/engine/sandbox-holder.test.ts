import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  endLeftHolder,
  forgetHolder,
  holderFile,
  isHeld,
  isOthers,
  parseHolder,
  takeHolder,
  type HolderRecord,
} from './sandbox-holder.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'holder-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function thisProcess(): HolderRecord {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const user = { processId: 1, startTime: 'long ago' }
  return { processId: process.pid, startTime, bootId, user }
}

test('a record counts for the same process of the same boot only', () => {
  const record = thisProcess()
  const write = (written: HolderRecord) =>
    writeFileSync(holderFile(directory), JSON.stringify(written))
  write(record)
  expect(isHeld(directory, record)).toBe(true)
  write({ ...record, startTime: '1' })
  expect(isHeld(directory, { ...record, startTime: '1' })).toBe(false)
  write({ ...record, bootId: 'another' })
  expect(isHeld(directory, record)).toBe(false)
  write(record)
  forgetHolder(directory)
  forgetHolder(directory)
  expect(isHeld(directory, record)).toBe(false)
})

test('what a run that goes on holds is neither taken nor ended', async () => {
  const record = thisProcess()
  const { processId, startTime } = record
  const held = { ...record, user: { processId, startTime } }
  writeFileSync(holderFile(directory), JSON.stringify(held))
  const refused = expect.objectContaining({
    code: 'data-in-use',
    message: expect.stringMatching(
      new RegExp(`^${directory} is in use by process ${processId} since \\d{4}-.+Z$`),
    ),
  })
  await expect(takeHolder(directory, true)).rejects.toThrow(refused)
  await expect(endLeftHolder(directory)).rejects.toThrow(refused)
  expect(isHeld(directory, held)).toBe(true)
  forgetHolder(directory)
})

test('of two runs that have found one holder, it is that of the one which has written so and goes on', () => {
  const record = thisProcess()
  const { processId, startTime } = record
  const goingOn = { processId, startTime }
  const write = (user: HolderRecord['user']) =>
    writeFileSync(holderFile(directory), JSON.stringify({ ...record, user }))
  expect(isOthers(directory, record)).toBe(false)
  write(goingOn)
  expect(isOthers(directory, record)).toBe(true)
  expect(isOthers(directory, { ...record, user: goingOn })).toBe(false)
  expect(isOthers(directory, { ...record, processId: processId + 1 })).toBe(false)
  write({ processId, startTime: 'long ago' })
  expect(isOthers(directory, record)).toBe(false)
  forgetHolder(directory)
})

test.each([
  '',
  '{',
  'null',
  '{}',
  '{"processId":7,"startTime":"1","bootId":"b"}',
  ...[
    '"processId":1,"startTime":"1","bootId":"b"',
    '"processId":-4,"startTime":"1","bootId":"b"',
    '"processId":"7","startTime":"1","bootId":"b"',
    '"processId":7,"startTime":1,"bootId":"b"',
    '"processId":7,"startTime":"1"',
  ].map((fields) => `{${fields},"user":{"processId":8,"startTime":"2"}}`),
])('%s is no record', (text) => expect(parseHolder(text)).toBeUndefined())
