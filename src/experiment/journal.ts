import type { Fact, FactBody, Recorder } from '../timeline/fact.ts'
import { decodeLedger, type RequestRecord } from '../timeline/ledger.ts'
import { newRecorder } from '../timeline/recorder.ts'
import type { Clock } from '../world/clock.ts'
import type { RecordingWriter } from './recording-files.ts'
import { type Situation, emptySituation, withFact } from './situation.ts'

/** Where all facts and records of a run come together: kept, written, and folded into the situation. */
export class Journal implements Recorder {
  readonly facts: Fact[] = []
  #situation: Situation = emptySituation()
  readonly #ledger: Uint8Array[] = []
  readonly #writer: RecordingWriter | undefined
  readonly #recorder: Recorder
  readonly #listeners = new Set<(fact: Fact) => void>()

  constructor(clock: Clock, writer: RecordingWriter | undefined) {
    this.#writer = writer
    this.#recorder = newRecorder(
      () => clock.monotonicNs(),
      (fact) => this.#take(fact),
    )
  }

  get situation(): Situation {
    return this.#situation
  }

  record(fact: FactBody, at?: number): void {
    this.#recorder.record(fact, at)
  }

  /** `listener` is called after each fact; the function returned ends that. */
  subscribe(listener: (fact: Fact) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  addRecords(records: Uint8Array): void {
    this.#ledger.push(records)
    this.#writer?.requests(records)
  }

  requests(): RequestRecord[] {
    return this.#ledger
      .flatMap((bytes) => decodeLedger(bytes))
      .sort((a, b) => a.sequence - b.sequence)
  }

  #take(fact: Fact): void {
    this.facts.push(fact)
    this.#writer?.fact(fact)
    this.#situation = withFact(this.#situation, fact)
    for (const listener of this.#listeners) listener(fact)
  }
}
