import { readdirSync, readFileSync } from 'node:fs'
import { PerformanceObserver } from 'node:perf_hooks'
import type { MachineLimits, Vitals, VitalSigns } from '../vitals.ts'

/** What Linux tells in /proc of the thread that calls; elsewhere, and where it is hidden, most is undefined. */
export function liveVitals(): Vitals {
  return new LiveVitals()
}

class LiveVitals implements Vitals {
  #collectedMs = 0
  #longestCollectionMs = 0
  readonly #quotaFile = findQuotaFile()

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        this.#collectedMs += duration
        this.#longestCollectionMs = Math.max(this.#longestCollectionMs, duration)
      }
    })
    observer.observe({ entryTypes: ['gc'] })
  }

  signs(): VitalSigns {
    // proc_pid_schedstat: nanoseconds on a CPU, nanoseconds waiting for one, number of turns.
    const [ran, waited] = words(readText('/proc/thread-self/schedstat')).map(Number)
    return {
      ranMs: ran === undefined ? undefined : ran / 1e6,
      waitedMs: waited === undefined ? undefined : waited / 1e6,
      throttledMs: throttledMsIn(this.#quotaFile),
      collectedMs: this.#collectedMs,
      longestCollectionMs: this.#longestCollectionMs,
    }
  }

  limits(): MachineLimits {
    return liveLimits()
  }
}

/** Of this process and its machine, as they are now. */
export function liveLimits(): MachineLimits {
  const [, softFiles] = /^Max open files\s+(\d+)/m.exec(readText('/proc/self/limits') ?? '') ?? []
  const [first, last] = words(readText('/proc/sys/net/ipv4/ip_local_port_range')).map(Number)
  const [, timeWait] = /^TCP: .*\btw (\d+)/m.exec(readText('/proc/net/sockstat') ?? '') ?? []
  return {
    filesMax: softFiles === undefined ? undefined : Number(softFiles),
    filesOpen: countEntries('/proc/self/fd'),
    ports: first === undefined || last === undefined ? undefined : [first, last],
    timeWait: timeWait === undefined ? undefined : Number(timeWait),
  }
}

/** cgroups(7): the file that tells how long the group of this process was held back. */
function findQuotaFile(): string | undefined {
  const groups = readText('/proc/self/cgroup') ?? ''
  const [, second] = /^0::(\/.*)$/m.exec(groups) ?? []
  const [, first] = /^\d+:(?:[^:\n]*,)?cpu(?:,[^:\n]*)?:(\/.*)$/m.exec(groups) ?? []
  const candidates = [
    ...(first === undefined ? [] : [`/sys/fs/cgroup/cpu${first}/cpu.stat`]),
    ...(second === undefined ? [] : [`/sys/fs/cgroup${second}/cpu.stat`]),
    '/sys/fs/cgroup/cpu.stat',
  ]
  return candidates.find((path) => throttledMsIn(path) !== undefined)
}

/** Version 2 counts microseconds, version 1 nanoseconds. */
function throttledMsIn(path: string | undefined): number | undefined {
  const text = path === undefined ? undefined : readText(path)
  if (text === undefined) return undefined
  const [, us] = /^throttled_usec (\d+)$/m.exec(text) ?? []
  const [, ns] = /^throttled_time (\d+)$/m.exec(text) ?? []
  if (us !== undefined) return Number(us) / 1e3
  return ns === undefined ? undefined : Number(ns) / 1e6
}

function words(text: string | undefined): readonly string[] {
  return text?.split(/\s+/).filter((word) => word !== '') ?? []
}

/** A file that has no descriptor left for itself is one that cannot be read. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function countEntries(path: string): number | undefined {
  try {
    // The listing itself is one of them.
    return readdirSync(path).length - 1
  } catch {
    return undefined
  }
}
