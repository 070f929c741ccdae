import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SimulatedFiles } from '../../src/simulator/simulated-files.ts'
import { liveFiles } from '../../src/world/live/files.ts'
import { describeFiles } from './files-contract.ts'

describeFiles('live', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-files-'))
  const close = () => rmSync(directory, { recursive: true })
  return { files: liveFiles(), directory, close }
})

describeFiles('simulated', async () => {
  const files = new SimulatedFiles()
  await files.makeDirectory('/work')
  return { files, directory: '/work', close: () => undefined }
})
