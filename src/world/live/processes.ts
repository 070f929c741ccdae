import type { Processes } from '../processes.ts'
import { signalProcess, startProcess } from './child-process.ts'
import { followProcess } from './follow-process.ts'
import { runProcess } from './run.ts'

/**
 * The operating system's processes. Each leads a session of its own, so that a terminal's Ctrl-C
 * does not reach it, and has no stdin but that of `run`.
 */
export function liveProcesses(): Processes {
  return { spawn: startProcess, run: runProcess, follow: followProcess, signal: signalProcess }
}
