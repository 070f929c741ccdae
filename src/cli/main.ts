#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { guardExitCode } from './exit-guard.ts'

guardExitCode()
// What V8 compiled is kept beside the build, and read back by the next start. Only a build has a place for that.
if (import.meta.url.endsWith('.js')) {
  enableCompileCache(fileURLToPath(new URL('../compiled', import.meta.url)))
}
// Only now, so that it comes from the cache.
const { runProgram } = await import('./program.ts')
await runProgram(process.argv)
