import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pauseProgram } from './pause-program.ts'
import { tarOf } from './tar.ts'

const ARCHITECTURES = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
])
const own = pauseProgram(ARCHITECTURES.get(arch()) ?? '')

test.skipIf(own === undefined || process.platform !== 'linux')(
  'it waits until it is killed, and tar unpacks it as a program',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'hitless-pause-'))
    writeFileSync(join(directory, 'a.tar'), tarOf('pause', own ?? new Uint8Array(0)))
    expect(spawnSync('tar', ['-xf', 'a.tar'], { cwd: directory }).stderr.toString()).toBe('')
    // Any other end than by this signal would come at once.
    const { signal } = spawnSync(join(directory, 'pause'), { timeout: 300, killSignal: 'SIGKILL' })
    rmSync(directory, { recursive: true })
    expect(signal).toBe('SIGKILL')
  },
)

test('of another architecture there is none', () => {
  expect(pauseProgram('s390x')).toBeUndefined()
})
