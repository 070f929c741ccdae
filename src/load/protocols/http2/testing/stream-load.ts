import type { LaneShare } from '../../../plan.ts'
import type { Outcome } from '../../../../timeline/outcome.ts'
import type { Clock } from '../../../../world/clock.ts'
import type { Network, TlsOptions } from '../../../../world/network.ts'
import { ConnectionBudget } from '../../../lanes/connection-budget.ts'
import type { Lane } from '../../../lanes/lane.ts'
import { openLane } from '../../../lanes/open-lane.ts'
import { PlannedRequest } from '../../../planned-request.ts'
import { DeadlineList } from '../../../timeouts.ts'
import type { LoadEvents } from '../../protocol.ts'
import { type AnswerReader, StatusReader } from '../answer-reader.ts'
import { http2, type Http2Connection } from '../connection.ts'
import type { StreamRequest } from '../stream.ts'
import { withFields } from '../stream-request.ts'
import { GET } from './session-run.ts'

export interface StreamLoadOptions {
  readonly port: number
  readonly requests: number
  readonly lane?: LaneShare
  readonly streamsMax?: number
  readonly timeoutMs?: number
  readonly request?: StreamRequest
  readonly readAnswer?: () => AnswerReader
  readonly tls?: TlsOptions
  /** So many at once, each followed by the next in the very turn in which it ends; without it, one a beat. */
  readonly users?: number
}

const SPACING_MS = 1
const REUSED: LaneShare = { lane: 'reused', share: 1, connections: 2 }

/** A lane over HTTP/2 and what an engine owes both: requests one after the other, deadlines, and one end for each. */
export class StreamLoad implements LoadEvents {
  readonly ended: PlannedRequest[] = []
  readonly budget = new ConnectionBudget(1_000)
  sent = 0
  closedIdle = 0
  faulted = 0
  readonly #clock: Clock
  readonly #options: StreamLoadOptions
  readonly #lane: Lane
  readonly #requestDeadlines = new DeadlineList<PlannedRequest>()
  readonly #connectionDeadlines = new DeadlineList<Http2Connection>()
  readonly #finished = Promise.withResolvers<void>()
  #planned = 0
  #isClosing = false

  constructor(
    world: { readonly clock: Clock; readonly network: Network },
    options: StreamLoadOptions,
  ) {
    this.#clock = world.clock
    this.#options = options
    const { port, tls } = options
    const target = { host: '127.0.0.1', port, authority: 'test', ...(tls && { tls }) }
    const protocol = http2({
      ...world,
      target,
      events: this,
      readAnswer: options.readAnswer ?? (() => new StatusReader([[200, 399]])),
      requestOf: ({ sequence }) =>
        withFields(options.request ?? GET, [['x-request-id', String(sequence)]]),
      streamsMax: options.streamsMax ?? 4,
      connectTimeoutMs: 500,
      deadlines: this.#connectionDeadlines,
    })
    const { clock } = world
    const onDispatch = (request: PlannedRequest) =>
      void (request.dispatchedAt = clock.monotonicNs())
    const { budget } = this
    const laneWorld = { clock, protocol, budget, onDispatch, onAgedOut: () => undefined }
    this.#lane = openLane(laneWorld, options.lane ?? REUSED)
  }

  /** Resolves when every request has ended and every connection is closed. */
  run(): Promise<void> {
    this.#beat()
    return this.#finished.promise
  }

  get outcomes(): Partial<Record<Outcome, number>> {
    const counts: Partial<Record<Outcome, number>> = {}
    for (const { outcome } of this.ended) counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }

  onEnded(request: PlannedRequest): void {
    if (this.ended.includes(request)) throw new Error(`request ${request.sequence} ended twice`)
    request.endedAt = this.#clock.monotonicNs()
    this.#requestDeadlines.remove(request)
    this.ended.push(request)
    const isUsers = this.#options.users !== undefined
    if (isUsers && this.#planned < this.#options.requests) this.#plan(request.endedAt)
  }

  onSent(): void {
    this.sent++
  }

  onConnected(): void {}

  onConnectionClosed(): void {
    this.budget.give()
  }

  onClosedIdle(): void {
    this.closedIdle++
  }

  onFaulted(): void {
    this.faulted++
  }

  #beat(): void {
    const nowNs = this.#clock.monotonicNs()
    const { requests, users = requests } = this.#options
    if (this.#planned < Math.min(requests, users)) this.#plan(nowNs)
    this.#sweep(nowNs)
    while (this.#lane.wantsConnection(nowNs) !== undefined && this.budget.hasRoom) {
      this.#lane.openForOldest()
    }
    if (this.ended.length === this.#options.requests && !this.#isClosing) {
      this.#isClosing = true
      this.#lane.close()
    }
    if (this.#isClosing && this.budget.open === 0) this.#finished.resolve()
    else this.#clock.after(SPACING_MS, () => this.#beat())
  }

  #plan(nowNs: number): void {
    const request = new PlannedRequest()
    request.sequence = this.#planned++
    request.intendedAt = nowNs
    request.submittedAt = nowNs
    this.#requestDeadlines.add(request, nowNs + (this.#options.timeoutMs ?? 5_000) * 1e6)
    this.#lane.submit(request)
  }

  #sweep(nowNs: number): void {
    for (
      let due = this.#requestDeadlines.takeDue(nowNs);
      due !== undefined;
      due = this.#requestDeadlines.takeDue(nowNs)
    ) {
      if (due.carrier !== undefined) due.carrier.expire(due)
      else {
        this.#lane.abandonOldest()
        this.onEnded(due)
      }
    }
    for (
      let due = this.#connectionDeadlines.takeDue(nowNs);
      due !== undefined;
      due = this.#connectionDeadlines.takeDue(nowNs)
    ) {
      due.expireDeadline()
    }
  }
}
