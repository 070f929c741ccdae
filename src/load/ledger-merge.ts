import { HitlessError } from '../base/error.ts'
import { type LedgerBegin, type LedgerNote, LedgerReader } from '../timeline/ledger-file.ts'
import type { RequestRecord } from '../timeline/ledger.ts'
import type { LoadDescription, LoadResult } from '../timeline/load-summary.ts'
import { LoadTally } from '../timeline/load-tally.ts'
import type { GeneratorReport } from '../timeline/generator.ts'
import { mergeReports } from './merge-reports.ts'

/** A record numbers them in one byte. */
const REQUESTS_MAX = 256

/** One ledger of those that are merged. */
interface Section {
  readonly name: string
  readonly begin: LedgerBegin
  /** To the clock of the first ledger, nanoseconds. */
  readonly shiftNs: number
  /** From its templates and backends to those of all; backends count from 1. */
  readonly templates: readonly number[]
  readonly backends: Map<number, number>
  planned: number
  startedAt?: number
  generator?: GeneratorReport
}

/**
 * Several ledgers, of one generator after the other or of many at once, as one run: times by the wall
 * clock of each, which is as good as the clocks of their machines agree. Memory does not grow with the
 * number of records.
 */
export class LedgerMerge {
  readonly tally: LoadTally
  readonly #onRecord: (record: RequestRecord) => void
  readonly #sections: Section[] = []
  /** Of all ledgers, each once. */
  readonly #requests: string[] = []
  readonly #isReplayable: boolean[] = []
  /** By the merged index, from 1. */
  readonly #backendNames: string[] = []

  /** `onRecord` gets every record, on the clock and with the templates of the merged run. */
  constructor(onRecord: (record: RequestRecord) => void = () => undefined) {
    this.#onRecord = onRecord
    this.tally = new LoadTally((template) => this.#isReplayable[template] ?? false)
  }

  /** Milliseconds since the Unix epoch at the origin of the merged clock. */
  get originWallMs(): number {
    return this.#sections[0]?.begin.originWallMs ?? 0
  }

  get requests(): readonly string[] {
    return this.#requests
  }

  /** Reads one more file, which may hold several ledgers. */
  reader(name: string): LedgerReader {
    return new LedgerReader(name, {
      onNote: (note) => this.#note(name, note),
      onRecord: (record) => this.#add(record),
    })
  }

  begin(): LedgerBegin {
    return {
      schema: 'hitless.ledger/v1',
      kind: 'begin',
      originWallMs: this.originWallMs,
      description: this.#describe(),
      isReplayable: this.#isReplayable,
    }
  }

  result(): LoadResult {
    const starts = this.#sections.flatMap(({ startedAt, shiftNs }) =>
      startedAt === undefined ? [] : [startedAt + shiftNs],
    )
    const first = Math.min(...starts, this.tally.firstIntendedAt)
    const startedAt = Number.isFinite(first) ? first : 0
    return {
      description: this.#describe(),
      startedAt,
      startedAtMs: this.originWallMs + startedAt / 1e6,
      tally: this.tally,
      generator: {
        ...mergeReports(this.#sections.map(reportOf)),
        backends: this.#backendNames,
      },
    }
  }

  #note(name: string, note: LedgerNote): void {
    if (note.kind === 'begin') return this.#beginSection(name, note)
    const section = this.#sections.at(-1)
    if (section === undefined) return
    section.startedAt = note.startedAt
    section.generator = note.generator
    for (const [own, merged] of section.backends) {
      this.#backendNames[merged - 1] = note.generator.backends?.[own - 1] ?? '?'
    }
  }

  #beginSection(name: string, begin: LedgerBegin): void {
    const first = this.#sections[0]?.begin.originWallMs ?? begin.originWallMs
    this.#sections.push({
      name,
      begin,
      shiftNs: Math.round((begin.originWallMs - first) * 1e6),
      templates: begin.description.requests.map((request, index) =>
        this.#templateOf(request, begin.isReplayable[index] ?? false),
      ),
      backends: new Map(),
      planned: 0,
    })
  }

  #templateOf(request: string, isReplayable: boolean): number {
    const known = this.#requests.findIndex(
      (other, index) => other === request && this.#isReplayable[index] === isReplayable,
    )
    if (known !== -1) return known
    if (this.#requests.length === REQUESTS_MAX) throw tooManyRequests()
    this.#isReplayable.push(isReplayable)
    return this.#requests.push(request) - 1
  }

  #add(record: RequestRecord): void {
    const section = this.#sections.at(-1)
    if (section === undefined) return
    section.planned++
    const merged = this.#moved(record, section)
    this.tally.add(merged)
    this.#onRecord(merged)
  }

  #moved(record: RequestRecord, section: Section): RequestRecord {
    const { shiftNs } = section
    const moved = (at: number) => (at === 0 ? 0 : at + shiftNs)
    return {
      ...record,
      intendedAt: record.intendedAt + shiftNs,
      sentAt: moved(record.sentAt),
      firstByteAt: moved(record.firstByteAt),
      endedAt: record.endedAt + shiftNs,
      template: section.templates[record.template] ?? 0,
      backend: record.backend === 0 ? 0 : this.#backendOf(record.backend, section),
    }
  }

  #backendOf(own: number, { backends }: Section): number {
    const known = backends.get(own)
    if (known !== undefined) return known
    // Its name comes at the end of its ledger.
    const merged = this.#backendNames.push('?')
    backends.set(own, merged)
    return merged
  }

  #describe(): LoadDescription {
    const all = this.#sections.map(({ begin }) => begin.description)
    const total = (of: (description: LoadDescription) => number) =>
      all.reduce((sum, description) => sum + of(description), 0)
    const every = (of: (description: LoadDescription) => string) => [...new Set(all.map(of))]
    const { ratePerSecond: _rate, rates, users: _users, tls: _tls, requestId, ...first } = all[0]!
    const isRate = all.every(({ ratePerSecond }) => ratePerSecond !== undefined)
    const isClosed = all.every(({ users }) => users !== undefined)
    const tls = every((description) => description.tls ?? '').filter((words) => words !== '')
    const ids = every((description) => idsOf(description.requestId))
    const notes = [...new Set(all.flatMap((description) => description.notes ?? []))]
    // One run's name would lead to a part of the requests only.
    if (ids.length > 1) notes.push(`several runs, by their ids: ${ids.join(', ')}`)
    return {
      ...first,
      ...(ids.length > 1 || requestId === undefined ? {} : { requestId }),
      ...(notes.length === 0 ? {} : { notes }),
      // Of one run: several are the sum of their last rates.
      ...(rates === undefined || all.length > 1 ? {} : { rates }),
      url: every(({ url }) => url).join(', '),
      protocol: every(({ protocol }) => protocol).join(', '),
      ...(tls.length === 0 ? {} : { tls: tls.join('; ') }),
      ...(isRate ? { ratePerSecond: total(({ ratePerSecond = 0 }) => ratePerSecond) } : {}),
      ...(isClosed ? { users: total(({ users = 0 }) => users) } : {}),
      connections: total(({ connections }) => connections),
      workers: total(({ workers }) => workers),
      requests: this.#requests,
    }
  }
}

function tooManyRequests(): HitlessError {
  const what = `the ledgers have more than ${REQUESTS_MAX} different requests together`
  return new HitlessError('bad-ledger', what, {
    exitCode: 2,
    hint: 'Read fewer of them at once.',
  })
}

function idsOf(requestId: LoadDescription['requestId']): string {
  return requestId === undefined ? 'none' : `${requestId.header}: ${requestId.run}-…`
}

/** A ledger without an end leaves open what else its generator had to tell. */
function reportOf({ name, planned, generator }: Section): GeneratorReport {
  return (
    generator ?? {
      planned,
      latenessMs: { p50: 0, p99: 0, max: 0 },
      loopDelayMsMax: 0,
      connections: { opened: 0, reused: 0, closedIdle: 0, agedOut: 0 },
      impediments: [
        `${name} breaks off after ${planned} records; how the run went on is not known.`,
      ],
    }
  )
}
