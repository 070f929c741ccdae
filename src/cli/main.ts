#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { guardExitCode } from './exit-guard.ts'
import { closeInherited } from './inherited-descriptors.ts'
import { keepHeapSmall } from './small-heap.ts'
import { requireNode } from './node-version.ts'

guardExitCode()
// The one file that a variable names: KUBECONFIG=<(…).
closeInherited([...process.argv, process.env['KUBECONFIG'] ?? ''])
requireNode()
// What V8 compiled is kept beside the build, and read back by the next start. Only a build has a place for that.
if (import.meta.url.endsWith('.js')) {
  module.enableCompileCache(fileURLToPath(new URL('../compiled', import.meta.url)))
}
if (process.argv[2] === 'load') keepHeapSmall()
// Only now, so that it comes from the cache.
const { runProgram } = await import('./program.ts')
await runProgram(process.argv)
