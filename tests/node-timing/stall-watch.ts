import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type LateTick, watchTimer } from './timer-lateness.ts'

/** How late timers are, of this thread, in which the node is, and of another one. */
export interface StallWatch {
  /** The latest of each between two times of `nowMs`, together. */
  stallMs(fromMs: number, toMs: number): Promise<number>
  stop(): Promise<void>
}

export async function watchStalls(): Promise<StallWatch> {
  const own: LateTick[] = []
  const others: LateTick[] = []
  const timer = watchTimer((tick) => own.push(tick))
  const thread = new Worker(new URL('stall-thread.ts', import.meta.url))
  thread.on('message', (message: LateTick | 'ask') => {
    if (message === 'ask') thread.emit('answered')
    else others.push(message)
  })
  const ask = async () => {
    thread.postMessage('ask', [])
    await once(thread, 'answered')
  }
  await ask()
  return {
    async stallMs(fromMs, toMs) {
      await ask()
      return latest(own, fromMs, toMs) + latest(others, fromMs, toMs)
    },
    async stop() {
      clearInterval(timer)
      await thread.terminate()
    },
  }
}

function latest(ticks: readonly LateTick[], fromMs: number, toMs: number): number {
  const meanwhile = ticks.filter(({ atMs, lateMs }) => atMs >= fromMs && atMs - lateMs <= toMs)
  return Math.max(0, ...meanwhile.map(({ lateMs }) => lateMs))
}
