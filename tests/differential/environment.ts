import type { Client } from '../../src/client/client.ts'

/** A cluster in which a scenario is played. */
export interface Environment {
  readonly client: Client
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /** Resolves when nothing happens any more. */
  quiet(signs: Signs): Promise<void>
  /** Lets this much time pass. */
  pass(seconds: number): Promise<void>
  /** Pods can be made in the namespace when this has resolved. */
  makeNamespace(name: string): Promise<void>
}

export interface Signs {
  /** Changes whenever something happens. */
  activity(): number
  /** False while a controller has certainly more to do. */
  isSettled(): Promise<boolean>
}
