import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  forgetHolder,
  holderFile,
  isHeld,
  parseHolder,
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
  return { processId: process.pid, startTime, bootId }
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

test.each([
  '',
  '{',
  'null',
  '{}',
  '{"processId":1,"startTime":"1","bootId":"b"}',
  '{"processId":-4,"startTime":"1","bootId":"b"}',
  '{"processId":"7","startTime":"1","bootId":"b"}',
  '{"processId":7,"startTime":1,"bootId":"b"}',
])('%s is no record', (text) => expect(parseHolder(text)).toBeUndefined())
