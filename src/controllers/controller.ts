import { ApiError } from '../api/api-error.ts'
import { keyOf, type ApiObject } from '../api/meta.ts'
import type { Client } from '../client/client.ts'
import type { EventRecorderOptions } from '../client/event-recorder.ts'
import { newWorkQueue, type WorkQueue } from '../client/work-queue.ts'
import type { Clock } from '../world/clock.ts'
import type { Caches } from './caches.ts'

/** What every controller works with. */
export interface ControllerContext {
  readonly client: Client
  readonly clock: Clock
  readonly caches: Caches
  /** PEM of the API server's authority; undefined: it is not published to pods. */
  readonly authority: string | undefined
  /** How they tell their events. */
  readonly eventOptions: EventRecorderOptions
}

export interface Controller {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/**
 * A queue whose passes may fail by what the API answers: a conflict with a newer version is ordinary, and the
 * next attempt sees it. Anything else is a broken invariant of ours and ends the run.
 */
export function newControllerQueue(clock: Clock, sync: (key: string) => Promise<void>): WorkQueue {
  return newWorkQueue(clock, sync, {
    onFailure(_key, error) {
      if (!(error instanceof ApiError)) throw error
    },
  })
}

/** The key of another object in the namespace of `object`. */
export function siblingKey({ metadata: { namespace } }: ApiObject, name: string): string {
  return keyOf({ metadata: namespace === undefined ? { name } : { name, namespace } })
}
