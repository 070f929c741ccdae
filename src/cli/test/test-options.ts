import { GRPC_METHOD_FORM, isGrpcMethod, isToken } from '../../base/text-forms.ts'
import { badFlag, duration, rateOf, statusRanges, wholeNumber } from '../flag-values.ts'
import type { Change, LoadSettings, Settings } from '../../manifest/settings.ts'

/** The flags of `hitless test` as commander hands them over: text, unchecked. */
export interface TestFlags {
  readonly target?: string
  readonly request?: readonly string[]
  readonly rate?: string
  readonly lanes?: string
  readonly connections?: string
  readonly connectionAge?: string
  readonly requestTimeout?: string
  readonly connectTimeout?: string
  readonly success?: string
  readonly requestId?: string
  readonly path?: string
  readonly deployment?: string
  readonly setImage?: readonly string[]
  readonly expectDropped?: string
  readonly baseline?: string
  readonly settle?: string
  readonly timeout?: string
  readonly runtime?: string
}

/** And those that say where results go. */
export interface TestCommandFlags extends TestFlags {
  readonly json?: string
  readonly output?: string
  readonly color?: boolean
}

/** Flags win over hitless.yaml. Throws HitlessError (exit code 2) naming the flag that makes no sense. */
export function withFlags(settings: Settings, flags: TestFlags): Settings {
  return {
    ...settings,
    load: loadWithFlags(settings.load, flags),
    change: changeWithFlags(settings.change, flags),
    path: flags.path ?? settings.path,
    expect: {
      dropped: wholeNumber('--expect-dropped', flags.expectDropped) ?? settings.expect.dropped,
    },
    baselineMs: duration('--baseline', flags.baseline) ?? settings.baselineMs,
    settleMs: duration('--settle', flags.settle) ?? settings.settleMs,
    timeoutMs: duration('--timeout', flags.timeout) ?? settings.timeoutMs,
  }
}

/** The flags that name something in the manifests, by the keys whose place they take. */
const NAMING_FLAGS = [
  ['target', 'load.target', '--target'],
  ['setImage', 'change.setImage', '--set-image'],
  ['deployment', 'change', '--deployment'],
] as const

/** So that what is not there is told of the flag, and not of the file. */
export function flagsGiven(flags: TestFlags): Readonly<Record<string, string>> {
  return Object.fromEntries(
    NAMING_FLAGS.flatMap(([option, key, flag]) =>
      flags[option] === undefined ? [] : [[key, flag]],
    ),
  )
}

function loadWithFlags(load: LoadSettings, flags: TestFlags): LoadSettings {
  const target = flags.target ?? load.target
  refuseWithSessions(load, flags)
  if (load.protocol === 'grpc') refuseWithGrpc(flags)
  const { requestId: kept, ...rest } = load
  const requestId = requestIdOf(flags.requestId, kept)
  return {
    ...rest,
    ...(requestId === undefined ? {} : { requestId }),
    ...(target === undefined ? {} : { target }),
    requests: flags.request?.map((text) => requestOf(text, load.protocol)) ?? load.requests,
    ratePerSecond: rateOf('--rate', flags.rate) ?? load.ratePerSecond,
    lanes: lanesWithFlags(load.lanes, flags),
    timeoutMs: duration('--request-timeout', flags.requestTimeout) ?? load.timeoutMs,
    connectTimeoutMs: duration('--connect-timeout', flags.connectTimeout) ?? load.connectTimeoutMs,
    okStatuses:
      flags.success === undefined ? load.okStatuses : statusRanges('--success', flags.success),
  }
}

/** Sessions of hitless.yaml have no rate, and a lane of their own. */
function refuseWithSessions({ session, protocol }: LoadSettings, flags: TestFlags): void {
  if (session === undefined) return
  for (const flag of ['rate', 'lanes'] as const) {
    const text = flags[flag]
    if (text === undefined) continue
    throw badFlag(`--${flag}`, `${text}, with load.protocol: ${protocol}`, 'load.sessions instead')
  }
}

function refuseWithGrpc({ success }: TestFlags): void {
  if (success === undefined) return
  throw badFlag('--success', 'with gRPC', 'nothing: a call succeeds with the status OK')
}

/** A header, or `off`. */
function requestIdOf(text: string | undefined, otherwise: string | undefined): string | undefined {
  if (text === undefined) return otherwise
  if (text === 'off') return undefined
  if (isToken(text)) return text
  throw badFlag('--request-id', text, 'the name of a header, such as X-Request-Id, or off')
}

function lanesWithFlags(lanes: LoadSettings['lanes'], flags: TestFlags): LoadSettings['lanes'] {
  const connections = wholeNumber('--connections', flags.connections)
  const connectionAgeMsMax = duration('--connection-age', flags.connectionAge)
  const chosen =
    flags.lanes === undefined
      ? lanes
      : lanesOf(flags.lanes).map((lane) => ({
          ...lanes.find((known) => known.lane === lane.lane),
          ...lane,
        }))
  return chosen.map((lane) => {
    if (lane.lane === 'new' || lane.lane === 'long') return lane
    // Of idle ones the engine opens what rests need.
    const kept = connections ?? lane.connections ?? (lane.lane === 'idle' ? undefined : 16)
    return {
      ...lane,
      ...(kept === undefined ? {} : { connections: kept }),
      ...(connectionAgeMsMax === undefined ? {} : { connectionAgeMsMax }),
    }
  })
}

function lanesOf(text: string): { lane: 'new' | 'reused' | 'idle'; share: number }[] {
  const lanes = text.split(',').map((part) => {
    const [, lane, share] = /^(new|reused|idle)=(\d*\.?\d+)$/.exec(part.trim()) ?? []
    if (lane !== 'new' && lane !== 'reused' && lane !== 'idle')
      throw badFlag('--lanes', text, 'new=0.2,reused=0.8')
    return { lane, share: Number(share) } as const
  })
  const sum = lanes.reduce((total, { share }) => total + share, 0)
  if (Math.abs(sum - 1) > 1e-9) throw badFlag('--lanes', text, 'shares that add up to 1')
  return lanes.filter(({ share }) => share > 0)
}

function changeWithFlags(change: Change, flags: TestFlags): Change {
  if (flags.setImage !== undefined) {
    const images = Object.fromEntries(flags.setImage.map(imageOf))
    const deployment = flags.deployment ?? (change.kind === 'set-image' ? change.deployment : '')
    return { kind: 'set-image', deployment, images }
  }
  if (flags.deployment === undefined) return change
  return { kind: 'restart', deployment: flags.deployment }
}

function imageOf(text: string): [container: string, image: string] {
  const [, container, image] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (container === undefined || image === undefined) {
    throw badFlag('--set-image', text, 'CONTAINER=IMAGE, such as web=web:v2')
  }
  return [container, image]
}

function requestOf(
  text: string,
  protocol: LoadSettings['protocol'],
): LoadSettings['requests'][number] {
  const [, method, path] = /^(?:([A-Z]+)\s+)?(\/\S*)$/.exec(text.trim()) ?? []
  if (protocol === 'grpc') {
    if (path !== undefined && method === undefined && isGrpcMethod(path)) {
      return { method: 'POST', path, headers: {}, weight: 1 }
    }
    throw badFlag('--request', `${text}, with gRPC`, GRPC_METHOD_FORM)
  }
  if (path === undefined) throw badFlag('--request', text, '/path or "POST /path"')
  return { method: method ?? 'GET', path, headers: {}, weight: 1 }
}
