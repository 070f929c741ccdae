import { HitlessError } from '../base/error.ts'
import type { Digest } from '../world/digest.ts'
import type { Vitals } from '../world/vitals.ts'
import type { WebSocketKeys } from '../world/websocket-keys.ts'
import type { World } from '../world/world.ts'
import { apportion, type Apportionment } from './apportionment.ts'
import { ConnectionBudget } from './lanes/connection-budget.ts'
import { type AnswerChecks, answerChecks } from './expectations/answer-check.ts'
import { BackendNames } from './expectations/backend-names.ts'
import { BEAT_MS_MIN, Heartbeat } from './heartbeat.ts'
import { type Flow, flowsOf } from './flow.ts'
import type { Lane } from './lanes/lane.ts'
import { LedgerWriter } from './records/ledger-writer.ts'
import { SESSION_MS_DEFAULT } from './lanes/long-lane.ts'
import { openLane } from './lanes/open-lane.ts'
import type { GeneratorReport } from '../timeline/generator.ts'
import type { LoadGenerator, LoadHandlers, LoadPlan } from './plan.ts'
import { checkPlan } from './plan-check.ts'
import { PlannedRequest } from './planned-request.ts'
import { type OpenProtocol, openProtocol } from './protocols/open-protocol.ts'
import type { LoadEvents } from './protocols/protocol.ts'
import { Rows } from './records/rows.ts'
import { SessionTally } from './records/session-tally.ts'
import { shareOf, WHOLE } from './schedules/shard.ts'
import { SelfWatch } from './self-defence/self-watch.ts'
import { DeadlineList } from './timeouts.ts'

/** The engine looks up at least so often: for timeouts, rows and its own stalls. */
const BEAT_MS_MAX = 10
const FLUSH_INTERVAL_NS = 250e6
const PLAN_REST_NS = 50e3

/** What a generator needs of the world. Without `digest` no plan can expect a hash, without keys there are no WebSockets. */
export type LoadWorld = Pick<World, 'clock' | 'network'> & {
  readonly digest?: Digest
  readonly webSocketKeys?: WebSocketKeys
  /** How this thread fares; without, what got in its way is not explained. */
  readonly vitals?: Vitals
}

/**
 * The generator in this thread. It joins three independent parts: the schedule says when, a lane
 * says on which connection, the protocol carries the bytes. It plans every slot, keeps the deadlines,
 * and gives each request exactly one record. Throws `load-plan-invalid` for an impossible plan.
 */
export function startLoad(world: LoadWorld, plan: LoadPlan, handlers: LoadHandlers): LoadGenerator {
  checkPlan(plan)
  return new Engine(world, plan, handlers)
}

interface PlannedLane {
  readonly lane: Lane
  readonly opened: OpenProtocol
  /** Each lane deals the templates for itself: one sequence for all would tie templates to lanes. */
  readonly templates: Apportionment
}

type Phase = 'ready' | 'running' | 'stopping' | 'closing' | 'stopped'

class Engine implements LoadGenerator, LoadEvents {
  readonly ready = Promise.resolve()
  readonly #clock: World['clock']
  readonly #plan: LoadPlan
  readonly #handlers: LoadHandlers
  readonly #flows: readonly Flow[]
  readonly #slotsMax: number
  readonly #durationNs: number
  readonly #lanes: readonly PlannedLane[]
  readonly #budget: ConnectionBudget
  readonly #requestDeadlines = new DeadlineList<PlannedRequest>()
  readonly #spare: PlannedRequest[] = []
  readonly #backends: BackendNames
  readonly #checks: AnswerChecks | undefined
  readonly #ledger: LedgerWriter
  readonly #sessions = new SessionTally()
  readonly #heartbeat: Heartbeat
  readonly #watch: SelfWatch
  #rows: Rows
  #phase: Phase = 'ready'
  #isWoundUp = false
  #startedAtNs = 0
  #planned = 0
  #ended = 0
  #reused = 0
  #closedIdle = 0
  #agedOut = 0
  #faulted = 0
  #flushedAtNs = 0
  #workedAtNs = 0
  #nextSlotAtNs = Infinity
  readonly #addresses = new Map<string, number>()
  readonly #stopped = Promise.withResolvers<GeneratorReport>()

  constructor(world: LoadWorld, plan: LoadPlan, handlers: LoadHandlers) {
    this.#clock = world.clock
    this.#plan = plan
    this.#handlers = handlers
    this.#flows = flowsOf(plan)
    this.#slotsMax = shareOf(plan.requestsMax ?? Infinity, plan.shard ?? WHOLE)
    this.#durationNs = (plan.durationMs ?? Infinity) * 1e6
    this.#budget = new ConnectionBudget(plan.connectionsMax, plan.shard)
    this.#ledger = new LedgerWriter((records) => handlers.onRecords(records))
    this.#heartbeat = new Heartbeat(world.clock, {
      onBeat: (nowNs) => this.#work(nowNs),
      onStall: (stallMs) => {
        this.#watch.stalled(stallMs)
        handlers.onStall(stallMs)
      },
    })
    this.#watch = new SelfWatch(world.vitals, `${plan.target.host}:${plan.target.port}`)
    this.#rows = new Rows(0, (row) => handlers.onRow(row))
    this.#backends = new BackendNames(plan.shard)
    this.#checks = answerChecks(plan, this.#backends, world.digest)
    this.#lanes = plan.lanes.map((share) => this.#openLane(world, share))
  }

  get finished(): Promise<GeneratorReport> {
    return this.#stopped.promise
  }

  start(atNs?: number): Promise<{ readonly startedAt: number }> {
    if (this.#phase !== 'ready') return Promise.reject(startedTwice())
    this.#phase = 'running'
    this.#startedAtNs = atNs ?? this.#clock.monotonicNs()
    this.#flushedAtNs = this.#startedAtNs
    this.#rows = new Rows(this.#startedAtNs, (row) => {
      // Whoever adds up records has all of the row's when the row comes.
      this.#ledger.flush()
      this.#handlers.onRow(row)
    })
    this.#watch.start(this.#clock.monotonicNs())
    this.#heartbeat.start()
    return Promise.resolve({ startedAt: this.#startedAtNs })
  }

  stop(): Promise<GeneratorReport> {
    if (this.#phase === 'ready') {
      this.#phase = 'stopped'
      this.#stopped.resolve(this.#report())
    } else {
      if (this.#phase === 'running') this.#planDue(this.#clock.monotonicNs())
      this.#windUp()
    }
    return this.#stopped.promise
  }

  onEnded(request: PlannedRequest): void {
    // The protocol knows better if it has looked at the clock when the last byte came.
    if (request.endedAt === 0) request.endedAt = this.#clock.monotonicNs()
    this.#requestDeadlines.remove(request)
    this.#ended++
    this.#rows.addEnded(request)
    this.#ledger.append(request)
    this.#watch.ended(request)
    const flow = request.flow!
    flow.withoutSince?.push(request.lostAtNs)
    this.#spare.push(request)
    flow.schedule.onEnded?.(request.endedAt - this.#startedAtNs)
    if (this.#phase !== 'running') return
    // A user who waits has the next request ready at once, not at the next beat.
    if (flow.schedule.onEnded !== undefined) this.#planFlow(flow, request.endedAt)
    else this.#planBetweenBeats(request.endedAt, this.#laneAt(request.laneIndex))
  }

  onSent(request: PlannedRequest): void {
    this.#rows.addSent(request)
    if (request.requestsBefore > 0) this.#reused++
  }

  onConnected(address: string): void {
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1)
  }

  onConnectionClosed(): void {
    this.#budget.give()
    this.#serveWaiting(this.#clock.monotonicNs())
  }

  onClosedIdle(): void {
    this.#closedIdle++
  }

  onFaulted(): void {
    this.#faulted++
  }

  #openLane(world: LoadWorld, share: LoadPlan['lanes'][number]): PlannedLane {
    const opened = openProtocol(
      { ...world, events: this, checks: this.#checks, sessions: this.#sessions },
      this.#plan,
      share,
    )
    const lane = openLane(
      {
        clock: world.clock,
        protocol: opened.protocol,
        budget: this.#budget,
        onDispatch: (request) => this.#noteDispatch(request),
        onAgedOut: () => void this.#agedOut++,
      },
      share,
    )
    const weights = this.#plan.requests.map(({ weight }) => weight)
    return { lane, opened, templates: apportion(weights) }
  }

  #work(nowNs: number): number | undefined {
    this.#workedAtNs = nowNs
    this.#watch.beat(nowNs)
    if (this.#phase === 'running') this.#planDue(nowNs)
    if (this.#phase === 'running' && this.#isExhausted()) this.#endArrivals()
    if (nowNs - this.#startedAtNs >= this.#durationNs) this.#windUp()
    this.#sweep(nowNs)
    this.#serveWaiting(nowNs)
    this.#rows.advance(nowNs, this.#budget)
    if (nowNs - this.#flushedAtNs >= FLUSH_INTERVAL_NS) {
      this.#ledger.flush()
      this.#flushedAtNs = nowNs
    }
    if (this.#phase === 'stopping' && this.#ended === this.#planned) {
      this.#phase = 'closing'
      for (const { lane } of this.#lanes) lane.close()
    }
    if (this.#phase === 'closing' && this.#budget.open === 0) {
      this.#finish()
      return undefined
    }
    return this.#restMs(nowNs)
  }

  /** Until just before the next slot. */
  #restMs(nowNs: number): number {
    if (this.#phase !== 'running' || this.#lanes.some(({ lane }) => lane.hasWaiting)) {
      return BEAT_MS_MIN
    }
    const delayMs = (this.#startedAtNs + this.#nextSlotNs() - nowNs) / 1e6 - BEAT_MS_MIN
    return Math.min(BEAT_MS_MAX, Math.max(BEAT_MS_MIN, delayMs))
  }

  #planDue(nowNs: number): void {
    this.#nextSlotAtNs = Infinity
    for (const flow of this.#flows) this.#planFlow(flow, nowNs)
    this.#nextSlotAtNs = Math.max(nowNs + PLAN_REST_NS, this.#startedAtNs + this.#nextSlotNs())
  }

  /** At a high rate answers come more often than beats. After a stall they do not count: see Heartbeat. */
  #planBetweenBeats(nowNs: number, { lane }: PlannedLane): void {
    const isPunctual = nowNs - this.#workedAtNs <= BEAT_MS_MAX * 1e6
    if (isPunctual && nowNs >= this.#nextSlotAtNs && !lane.hasWaiting) this.#planDue(nowNs)
  }

  #nextSlotNs(): number {
    let nextNs = this.#durationNs
    for (const { schedule, planned } of this.#flows) {
      if (planned < schedule.count) nextNs = Math.min(nextNs, schedule.slotAtNs(planned))
    }
    return nextNs
  }

  #planFlow(flow: Flow, nowNs: number): void {
    const due = this.#dueCount(flow, nowNs)
    while (flow.planned < due) this.#planSlot(flow, nowNs)
  }

  /** Slots that have started by now, and that belong to the plan. */
  #dueCount(flow: Flow, nowNs: number): number {
    // A slot at the very end of the time is not part of it.
    const elapsedNs = Math.min(nowNs - this.#startedAtNs, this.#durationNs - 1)
    const due = flow.schedule.dueCount(elapsedNs)
    return flow === this.#flows[0] ? Math.min(due, this.#slotsMax) : due
  }

  /** The plan ends with the slots of its first flow, if not with its time. */
  #isExhausted(): boolean {
    const { planned, schedule } = this.#flows[0]!
    return planned >= Math.min(schedule.count, this.#slotsMax)
  }

  /** So many sessions as were asked for are held to their own ends; sessions beside requests end with those. */
  #endArrivals(): void {
    if (this.#flows[0]!.withoutSince === undefined) this.#windUp()
    else this.#phase = 'stopping'
  }

  #planSlot(flow: Flow, nowNs: number): void {
    const request = this.#spare.pop() ?? new PlannedRequest()
    const { index, of } = this.#plan.shard ?? WHOLE
    request.reset()
    request.sequence = this.#planned * of + index
    request.flow = flow
    request.intendedAt = this.#startedAtNs + flow.schedule.slotAtNs(flow.planned)
    request.laneIndex = flow.laneIndices[flow.turns.next()]!
    const { lane, templates } = this.#laneAt(request.laneIndex)
    const { lane: name, sessionMs = name === 'long' ? SESSION_MS_DEFAULT : 0 } =
      this.#plan.lanes[request.laneIndex]!
    request.lane = name
    request.isSession = sessionMs > 0
    // The first of each user follows no other one.
    request.lostAtNs = flow.withoutSince?.shift() ?? 0
    request.template = templates.next()
    this.#planned++
    flow.planned++
    this.#watch.planned(nowNs - request.intendedAt)
    this.#rows.addPlanned(request)
    const deadlineNs = request.intendedAt + (sessionMs + this.#plan.timeoutMs) * 1e6
    if (deadlineNs <= nowNs) return this.onEnded(request)
    this.#requestDeadlines.add(request, deadlineNs)
    request.submittedAt = nowNs
    lane.submit(request)
  }

  /** Plans nothing more; what has no end of its own is ended as its user would end it. */
  #windUp(): void {
    if (this.#isWoundUp) return
    this.#isWoundUp = true
    if (this.#phase === 'running') this.#phase = 'stopping'
    // Whoever adds up records knows then how many are missing.
    this.#ledger.flush()
    this.#handlers.onWoundUp?.(this.#planned)
    for (const { lane } of this.#lanes) lane.windUp?.()
  }

  #sweep(nowNs: number): void {
    for (;;) {
      const request = this.#requestDeadlines.takeDue(nowNs)
      if (request === undefined) break
      if (request.carrier !== undefined) request.carrier.expire(request)
      else this.#abandon(request)
    }
    for (const { opened } of this.#lanes) opened.expireDeadlines(nowNs)
  }

  /** Of the requests that wait in a lane, the one whose time is over first is the one that came first. */
  #abandon(request: PlannedRequest): void {
    this.#laneAt(request.laneIndex).lane.abandonOldest()
    this.onEnded(request)
  }

  /** Opens connections for those who should have one, first come, first served over all lanes. */
  #serveWaiting(nowNs: number): void {
    while (this.#budget.hasRoom) {
      let chosen: Lane | undefined
      let oldest = Infinity
      for (const { lane } of this.#lanes) {
        const { sequence } = lane.wantsConnection(nowNs) ?? { sequence: Infinity }
        if (sequence < oldest) {
          chosen = lane
          oldest = sequence
        }
      }
      if (chosen === undefined) return
      chosen.openForOldest()
    }
  }

  #noteDispatch(request: PlannedRequest): void {
    request.dispatchedAt = this.#clock.monotonicNs()
  }

  #laneAt(index: number): PlannedLane {
    return this.#lanes[index]!
  }

  #finish(): void {
    this.#phase = 'stopped'
    this.#rows.finish(this.#budget)
    this.#ledger.flush()
    this.#stopped.resolve(this.#report())
  }

  #report(): GeneratorReport {
    const { delayMsMax } = this.#heartbeat
    const impediments = this.#watch.impediments(this.#clock.monotonicNs(), delayMsMax)
    return {
      planned: this.#planned,
      latenessMs: this.#watch.latenessMs,
      loopDelayMsMax: delayMsMax,
      connections: {
        opened: this.#budget.opened,
        reused: this.#reused,
        closedIdle: this.#closedIdle,
        agedOut: this.#agedOut,
        faulted: this.#faulted,
      },
      addresses: Object.fromEntries(this.#addresses),
      ...(this.#plan.lanes.some(({ sessions }) => sessions !== undefined)
        ? { sessions: this.#sessions.report() }
        : {}),
      ...(this.#backends.names.length === 0 ? {} : { backends: this.#backends.names }),
      ...(impediments.length === 0 ? {} : { impediments }),
    }
  }
}

function startedTwice(): HitlessError {
  return new HitlessError('load-started-twice', 'a load generator was started twice', {
    exitCode: 3,
    hint: 'this is a fault of hitless itself; please report it',
  })
}
