import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CLIENT_PIN } from './load-runs.ts'

const SOURCE = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const BUILT = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const SAMPLE_MS = 200

export interface CommandMemory {
  /** Source takes more: Node reads its types away, and keeps what it needs for that. */
  readonly entry: 'built' | 'from source'
  readonly peakMb: number
}

/** Runs `hitless load`, and looks again and again at the peak that the kernel keeps of its memory. */
export async function commandMemory(
  url: string,
  rate: number,
  seconds: number,
): Promise<CommandMemory> {
  const isBuilt = existsSync(BUILT)
  const load = ['load', url, '--rate', `${rate}/s`, '--duration', `${seconds}s`]
  const [command, ...args] = [...CLIENT_PIN, process.execPath, isBuilt ? BUILT : SOURCE]
  const child = spawn(command, [...args, ...load], { stdio: 'ignore' })
  let peakMb = 0
  const sampler = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid))), SAMPLE_MS)
  await once(child, 'close')
  clearInterval(sampler)
  return { entry: isBuilt ? 'built' : 'from source', peakMb }
}

/** Megabytes; 0 for a process that is gone. `taskset` becomes what it starts. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024) / 1e6
  } catch {
    return 0
  }
}
