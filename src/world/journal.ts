/**
 * The door through which a store outlives its process: its objects by key, and the number of its newest version.
 * What `commit` has taken is there after the process was killed, though not after the machine lost its power.
 */
export interface Journal {
  /** Everything that was committed and not removed since, by key in code unit order. */
  read(): Iterable<{ readonly key: string; readonly value: string }>
  /** The highest version that was committed; 0 when nothing was. */
  lastVersion(): number
  /** All or nothing; throws when the disk refuses. */
  commit(record: JournalRecord): void
  close(): void
}

export interface JournalRecord {
  readonly key: string
  /** Undefined: the key is removed. */
  readonly value: string | undefined
  readonly version: number
}
