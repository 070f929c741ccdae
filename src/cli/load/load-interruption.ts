import type { WriteStream } from 'node:tty'
import type { LoadGenerator } from '../../load/plan.ts'
import { formatCount } from '../../report/numbers.ts'
import type { LoadTally } from '../../timeline/load-tally.ts'
import { onInterrupt } from '../interrupts.ts'
import { canRedraw } from './screen/load-screen.ts'

/** What Ctrl-C does to a load: at the first one it plans nothing more, at the second one nothing is waited for. */
export class LoadInterruption {
  readonly #tally: LoadTally
  readonly #stream: WriteStream
  #isInterrupted = false
  #planned: number | undefined

  constructor(tally: LoadTally, stream: WriteStream) {
    this.#tally = tally
    this.#stream = stream
  }

  get isInterrupted(): boolean {
    return this.#isInterrupted
  }

  /** Nothing more is planned. */
  woundUp(planned: number): void {
    this.#planned = planned
    this.#tellWaiting()
  }

  /**
   * The generator has been told to start: what has not been cannot be told to stop. `leave` ends the process. Returns how to
   * stop listening.
   */
  listen(generator: LoadGenerator, leave: (planned: number | undefined) => never): () => void {
    return onInterrupt(() => {
      if (this.#isInterrupted) leave(this.#planned)
      this.#isInterrupted = true
      this.#tellWaiting()
      // Where its thread has ended by itself, `finished` says so.
      generator.stop().catch(() => undefined)
    })
  }

  /** Where a view is drawn anew it shows that, and words between would be in its way. */
  #tellWaiting(): void {
    const waiting = (this.#planned ?? 0) - this.#tally.planned
    if (!this.#isInterrupted || waiting <= 0 || canRedraw(this.#stream)) return
    const what = waiting === 1 ? '1 answer' : `${formatCount(waiting)} answers`
    process.stderr.write(`note: waiting for ${what}; a second Ctrl-C does not\n`)
  }
}
