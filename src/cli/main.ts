#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { guardExitCode } from './exit-guard.ts'
import { requireNode } from './node-version.ts'

guardExitCode()
requireNode()
// What V8 compiled is kept beside the build, and read back by the next start. Only a build has a place for that.
if (import.meta.url.endsWith('.js')) {
  module.enableCompileCache(fileURLToPath(new URL('../compiled', import.meta.url)))
}
// A load allocates little, and next to nothing that lives: more room for what is young is only more memory (5 MB of 100).
if (process.argv[2] === 'load') setFlagsFromString('--semi-space-growth-factor=1')
// Only now, so that it comes from the cache.
const { runProgram } = await import('./program.ts')
await runProgram(process.argv)
