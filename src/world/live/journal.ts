import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { HitlessError } from '../../base/error.ts'
import type { Journal, JournalRecord } from '../journal.ts'
import { dataInUse } from './data-in-use.ts'
import { sqliteFailureOf } from './sqlite-failure.ts'

/** `hitl`, in the header of the file: it is one of ours. */
const APPLICATION_ID = 0x6869746c
/** The form of the tables. A file of a later one belongs to a newer hitless. */
const FORMAT = 1

export interface JournalOptions {
  /** A write that would make the file larger is refused, as by a full disk. Default: 4 GiB. */
  readonly bytesMax?: number
  /** The process that others are told of. Default: this one, whose id means nothing to them where it has a PID namespace of its own. */
  readonly owner?: number
}

const BYTES_MAX = 4 * 1024 ** 3

/**
 * The journal in a SQLite database at `path`. One process at a time: the lock is the operating system's and
 * goes with the process, however that ends; a file beside the database tells the others whose it is. Only its
 * owner may read it, as it holds Secrets. Throws HitlessError.
 */
export function openJournal(
  path: string,
  { bytesMax = BYTES_MAX, owner = process.pid }: JournalOptions = {},
): Journal {
  const holder = `${path}.pid`
  const database = open(path, holder)
  try {
    prepareTables(database, path)
    const { page_size: pageSize } = { ...database.prepare('PRAGMA page_size').get() }
    database.exec(`PRAGMA max_page_count = ${Math.floor(bytesMax / Number(pageSize))}`)
    writeFileSync(holder, `${owner}\n`)
    return new SqliteJournal(database, path, holder)
  } catch (error) {
    database.close()
    throw failureOf(error, path, holder)
  }
}

class SqliteJournal implements Journal {
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #holder: string
  readonly #put
  readonly #remove
  readonly #count
  readonly #begin
  readonly #end

  constructor(database: DatabaseSync, path: string, holder: string) {
    this.#database = database
    this.#path = path
    this.#holder = holder
    // Not INSERT OR REPLACE: that deletes the row first, and moves what is found by its key.
    this.#put = database.prepare(
      'INSERT INTO object (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    )
    this.#remove = database.prepare('DELETE FROM object WHERE key = ?')
    this.#count = database.prepare('UPDATE newest SET version = ?')
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#end = database.prepare('COMMIT')
  }

  *read(): Iterable<{ readonly key: string; readonly value: string }> {
    try {
      const rows = this.#database.prepare('SELECT key, value FROM object ORDER BY key').iterate()
      for (const { key, value } of rows) yield { key: String(key), value: String(value) }
    } catch (error) {
      throw failureOf(error, this.#path, this.#holder)
    }
  }

  lastVersion(): number {
    return Number(this.#database.prepare('SELECT version FROM newest').get()?.['version'] ?? 0)
  }

  commit({ key, value, version }: JournalRecord): void {
    this.#begin.run()
    try {
      if (value === undefined) this.#remove.run(key)
      else this.#put.run(key, value)
      this.#count.run(version)
      this.#end.run()
    } catch (error) {
      // A full disk may have ended the transaction by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    if (!this.#database.isOpen) return
    this.#database.close()
    rmSync(this.#holder, { force: true })
  }
}

function open(path: string, holder: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    closeSync(openSync(path, 'a', 0o600))
    database = new DatabaseSync(path)
    // Write-ahead: what is committed is with the operating system when `commit` returns. Exclusive: no
    // other process gets in, and no file is shared with one.
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = NORMAL')
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    return database
  } catch (error) {
    database?.close()
    throw failureOf(error, path, holder)
  }
}

function prepareTables(database: DatabaseSync, path: string): void {
  const { application_id: application } = { ...database.prepare('PRAGMA application_id').get() }
  const { user_version: format } = { ...database.prepare('PRAGMA user_version').get() }
  const { tables } = { ...database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() }
  if (application === 0 && tables === 0) return createTables(database)
  if (application !== APPLICATION_ID) {
    throw new HitlessError('data-foreign', `${path} is the database of another program`, {
      exitCode: 2,
      hint: 'Name another directory with --data.',
    })
  }
  if (Number(format) === FORMAT) return
  throw new HitlessError('data-newer', `${path} was written by a newer hitless`, {
    exitCode: 2,
    hint: 'Use that hitless again, or name another directory with --data.',
  })
}

/** All or nothing: a process that is killed here leaves an empty file. */
function createTables(database: DatabaseSync): void {
  database.exec(`
    BEGIN EXCLUSIVE;
    CREATE TABLE object (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE newest (version INTEGER NOT NULL);
    INSERT INTO newest (version) VALUES (0);
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${FORMAT};
    COMMIT;
  `)
}

function failureOf(error: unknown, path: string, holder: string): unknown {
  if (error instanceof HitlessError) return error
  const failure = sqliteFailureOf(error)
  switch (failure) {
    case 'in use':
      return dataInUse(path, { ...holderOf(holder), since: holder, cause: error })
    case 'damaged':
      return new HitlessError('data-damaged', `${path} is damaged, or no database at all`, {
        exitCode: 3,
        hint: 'Move it away to start anew, or restore it from a copy.',
        cause: error,
      })
    case 'refused': {
      const why = error instanceof Error ? error.message : String(error)
      return new HitlessError('data-unwritable', `${path} cannot be written: ${why}`, {
        exitCode: 3,
        hint: 'Give yourself the right to write there, or name another directory with --data.',
        cause: error,
      })
    }
  }
}

/** Nobody where the file is missing or not written yet: the caller names a process to be ended, and 0 is its own group. */
function holderOf(file: string): { readonly processId?: number } {
  try {
    const [digits] = /^[1-9]\d*(?=\n)/.exec(readFileSync(file, 'utf8')) ?? []
    return digits === undefined ? {} : { processId: Number(digits) }
  } catch {
    return {}
  }
}
