import { HitlessError } from '../../base/error.ts'
import type { Arrivals, LaneShare, LoadPlan, LoadTarget, RequestTemplate } from '../../load/plan.ts'
import type { Lane } from '../../timeline/ledger.ts'
import type { LoadDescription } from '../../timeline/load-summary.ts'
import { badFlag, duration, rateOf, statusRanges, wholeNumber } from '../flag-values.ts'

/** The flags of `hitless load` as commander hands them over: text, unchecked. */
export interface LoadFlags {
  readonly rate?: string
  readonly ramp?: string
  readonly steps?: string
  readonly concurrency?: string
  readonly duration?: string
  readonly requests?: string
  readonly lanes?: string
  readonly connections?: string
  readonly connectionAge?: string
  readonly requestsPerConnection?: string
  readonly maxConnections?: string
  readonly timeout?: string
  readonly connectTimeout?: string
  readonly method?: string
  readonly header?: readonly string[]
  readonly data?: string
  readonly success?: string
  readonly workers?: string
}

/** What one command line asks for. */
export interface LoadOrder {
  readonly plan: LoadPlan
  readonly workers: number
  readonly description: LoadDescription
}

const RATE_DEFAULT = 100
const DURATION_MS_DEFAULT = 10_000
const TIMEOUT_MS_DEFAULT = 5_000
const CONNECT_TIMEOUT_MS_DEFAULT = 2_000
const CONNECTIONS_DEFAULT = 16
const CONNECTIONS_MAX_DEFAULT = 10_000
const WORKERS_MAX = 64
const LANES_DEFAULT: readonly LaneShare[] = [
  { lane: 'new', share: 0.2 },
  { lane: 'reused', share: 0.8 },
]

/** Throws HitlessError (exit code 2) naming the flag that makes no sense. */
export function readLoadOrder(url: string, flags: LoadFlags): LoadOrder {
  const { target, path } = readTarget(url)
  const users = wholeNumber('--concurrency', flags.concurrency)
  const lanes = lanesOf(flags, users)
  const requests = [requestOf(path, flags)]
  const timeoutMs = duration('--timeout', flags.timeout) ?? TIMEOUT_MS_DEFAULT
  const workers = wholeNumber('--workers', flags.workers) ?? 1
  if (workers < 1 || workers > WORKERS_MAX)
    throw badFlag('--workers', `${workers}`, `1 to ${WORKERS_MAX}`)
  const requestsMax = wholeNumber('--requests', flags.requests)
  const durationMs = durationOf(flags, requestsMax)
  const arrivals = arrivalsOf(flags, users)
  const plan: LoadPlan = {
    target,
    requests,
    arrivals,
    lanes,
    timeoutMs,
    connectTimeoutMs:
      duration('--connect-timeout', flags.connectTimeout) ??
      Math.min(timeoutMs, CONNECT_TIMEOUT_MS_DEFAULT),
    okStatuses: statusRanges('--success', flags.success ?? '200-399'),
    connectionsMax:
      wholeNumber('--max-connections', flags.maxConnections) ?? CONNECTIONS_MAX_DEFAULT,
    ...(requestsMax === undefined ? {} : { requestsMax }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
  return { plan, workers, description: describe(url, plan, workers) }
}

function describe(url: string, plan: LoadPlan, workers: number): LoadDescription {
  const { arrivals, durationMs, lanes, timeoutMs } = plan
  const last = arrivals.kind === 'rate' ? arrivals.stages.at(-1) : undefined
  return {
    url,
    protocol: plan.protocol ?? 'http1',
    ...(last === undefined ? {} : { ratePerSecond: last.toPerSecond }),
    ...(arrivals.kind === 'users' ? { users: arrivals.users } : {}),
    connections: lanes.reduce(
      (sum, { connections = 0, sessions = 0 }) => sum + connections + sessions,
      0,
    ),
    ...(durationMs === undefined ? {} : { seconds: durationMs / 1_000 }),
    timeoutMs,
    workers,
    requests: plan.requests.map(({ method, path }) => `${method} ${path}`),
  }
}

/** Where requests go, and the path of the URL. */
function readTarget(text: string): { target: LoadTarget; path: string } {
  const url = URL.parse(/^[a-z0-9+]+:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || url.hostname === '')
    throw badUrl(text, 'it is no URL', 'http://HOST:PORT/PATH')
  const isSecure = url.protocol === 'https:'
  if (url.protocol !== 'http:' && !isSecure) {
    throw badUrl(text, `${url.protocol}// is not supported`, 'http://HOST:PORT/PATH')
  }
  if (url.username !== '' || url.password !== '') {
    throw badUrl(text, 'it has a user name', "--header 'Authorization: …' instead")
  }
  // Of an IPv6 address, the socket takes what is between the brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const target = {
    host,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    authority: url.host,
    ...(isSecure ? { tls: { serverName: host, isVerified: true } } : {}),
  }
  return { target, path: `${url.pathname}${url.search}` }
}

function badUrl(text: string, why: string, wanted: string): HitlessError {
  return new HitlessError('bad-url', `cannot send load to ${text}: ${why}`, {
    exitCode: 2,
    hint: `Write ${wanted}.`,
  })
}

function arrivalsOf(flags: LoadFlags, users: number | undefined): Arrivals {
  const given = [flags.rate, flags.ramp, flags.steps, flags.concurrency]
  if (given.filter((flag) => flag !== undefined).length > 1) {
    throw badFlag(
      '--rate',
      'with another schedule',
      'one of --rate, --ramp, --steps, --concurrency',
    )
  }
  if (users !== undefined) return { kind: 'users', users }
  if (flags.ramp !== undefined) return { kind: 'rate', stages: rampOf(flags.ramp) }
  if (flags.steps !== undefined) return { kind: 'rate', stages: stepsOf(flags.steps) }
  const rate = rateOf('--rate', flags.rate) ?? RATE_DEFAULT
  return { kind: 'rate', stages: [{ fromPerSecond: rate, toPerSecond: rate }] }
}

/** `10/s..500/s:30s`: then the last rate goes on. */
function rampOf(text: string) {
  const [, from, to, time] = /^([^.]+)\.\.([^:]+):(.+)$/.exec(text) ?? []
  const durationMs = duration('--ramp', time)
  const wanted = 'FROM..TO:DURATION, such as 10/s..500/s:30s'
  if (from === undefined || durationMs === undefined || durationMs === 0)
    throw badFlag('--ramp', text, wanted)
  const fromPerSecond = from === '0' ? 0 : (rateOf('--ramp', from) ?? 0)
  const toPerSecond = rateOf('--ramp', to) ?? 0
  return [
    { fromPerSecond, toPerSecond, durationMs },
    { fromPerSecond: toPerSecond, toPerSecond },
  ]
}

/** `100/s:10s,200/s:10s`: the run ends with the last step. */
function stepsOf(text: string) {
  return text.split(',').map((step) => {
    const [, rate, time] = /^([^:]+):(.+)$/.exec(step.trim()) ?? []
    const durationMs = duration('--steps', time)
    if (rate === undefined || durationMs === undefined || durationMs === 0) {
      throw badFlag('--steps', text, 'RATE:DURATION,…, such as 100/s:10s,200/s:10s')
    }
    const perSecond = rate === '0' ? 0 : (rateOf('--steps', rate) ?? 0)
    return { fromPerSecond: perSecond, toPerSecond: perSecond, durationMs }
  })
}

/** Without any end given, some seconds; a number of requests or steps are an end. */
function durationOf(flags: LoadFlags, requestsMax: number | undefined): number | undefined {
  const given = duration('--duration', flags.duration)
  if (given === 0) throw badFlag('--duration', '0', 'a duration above 0, such as 30s')
  if (given !== undefined) return given
  return requestsMax === undefined && flags.steps === undefined ? DURATION_MS_DEFAULT : undefined
}

function lanesOf(flags: LoadFlags, users: number | undefined): readonly LaneShare[] {
  const connections = wholeNumber('--connections', flags.connections)
  const connectionAgeMsMax = duration('--connection-age', flags.connectionAge)
  const connectionRequestsMax = wholeNumber(
    '--requests-per-connection',
    flags.requestsPerConnection,
  )
  const keeping = {
    connections: connections ?? users ?? CONNECTIONS_DEFAULT,
    ...(connectionAgeMsMax === undefined ? {} : { connectionAgeMsMax }),
    ...(connectionRequestsMax === undefined ? {} : { connectionRequestsMax }),
  }
  // Users who wait for their answers keep a connection each, unless lanes are asked for.
  const chosen =
    flags.lanes === undefined
      ? users === undefined
        ? LANES_DEFAULT
        : [{ lane: 'reused' as const, share: 1 }]
      : sharesOf(flags.lanes)
  return chosen.map((lane) => (lane.lane === 'new' ? lane : { ...lane, ...keeping }))
}

const SHARED_LANES: readonly Lane[] = ['new', 'reused', 'idle']

function sharesOf(text: string): LaneShare[] {
  const wanted = 'new=0.2,reused=0.8; there are new, reused and idle, and shares add up to 1'
  const lanes = text.split(',').map((part) => {
    const [, name, share = '1'] = /^([a-z]+)(?:=(\d*\.?\d+))?$/.exec(part.trim()) ?? []
    const lane = SHARED_LANES.find((known) => known === name)
    if (lane === undefined) throw badFlag('--lanes', text, wanted)
    return { lane, share: Number(share) }
  })
  const sum = lanes.reduce((total, { share }) => total + share, 0)
  const isTwice = new Set(lanes.map(({ lane }) => lane)).size < lanes.length
  if (isTwice || Math.abs(sum - 1) > 1e-9) throw badFlag('--lanes', text, wanted)
  return lanes.filter(({ share }) => share > 0)
}

function requestOf(path: string, flags: LoadFlags): RequestTemplate {
  const { data } = flags
  const headers = Object.fromEntries((flags.header ?? []).map(headerOf))
  return {
    method: flags.method ?? (data === undefined ? 'GET' : 'POST'),
    path,
    headers,
    ...(data === undefined ? {} : { body: data }),
    weight: 1,
  }
}

function headerOf(text: string): [name: string, value: string] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw badFlag('--header', text, "'Name: value', as curl takes it")
  }
  return [name, value]
}
