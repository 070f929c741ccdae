import type { Journal, JournalRecord } from '../../src/world/journal.ts'

/** A journal without a disk, for as many lives of a store as a test wants. */
export class MemoryJournal implements Journal {
  readonly values = new Map<string, string>()
  /** Set: what the disk answers to every write. */
  refusal: Error | undefined
  #version = 0

  lastVersion(): number {
    return this.#version
  }

  *read(): Iterable<{ readonly key: string; readonly value: string }> {
    for (const key of [...this.values.keys()].toSorted()) {
      yield { key, value: this.values.get(key) ?? '' }
    }
  }

  commit({ key, value, version }: JournalRecord): void {
    if (this.refusal !== undefined) throw this.refusal
    this.#version = version
    if (value === undefined) this.values.delete(key)
    else this.values.set(key, value)
  }

  close(): void {
    this.refusal = new Error('closed')
  }
}
