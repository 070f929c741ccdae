import { formatDurationMs } from '../base/duration.ts'
import { isKind } from '../api/kinds.ts'
import type { IntOrString } from '../api/meta.ts'
import type { Deployment } from '../api/workload.ts'
import type { RunDescription } from '../verdict/recording.ts'
import { layOut } from './layout.ts'
import { formatNumberOf, formatShare } from './numbers.ts'
import type { Style } from './style.ts'

/** What is about to be done, and what is not, before the first row. */
export function renderHeader(run: RunDescription, style: Style): string {
  const deployment = run.objects
    .map(({ object }) => object)
    .filter((object) => isKind(object, 'Deployment'))
    .find(({ metadata }) => metadata.name === run.deployment.name)
  const lines: (readonly [label: string, text: string])[] = [
    ['engine', withPods(run.engine, deployment)],
    ['path', `${run.target.description}, ${run.path.profile} profile: ${run.path.description}`],
    ['change', `${run.change}${strategyOf(deployment)}`],
    ['load', loadOf(run.load)],
    ...(run.notRun === undefined ? [] : [['not run', run.notRun.join(', ')] as const]),
  ]
  return lines
    .map(([label, text]) => {
      const laidOut = layOut(label.padEnd(9), text)
      return `${style.bold(laidOut.slice(0, label.length))}${laidOut.slice(label.length)}\n`
    })
    .join('')
}

function withPods(engine: string, deployment: Deployment | undefined): string {
  if (deployment === undefined) return engine
  const replicas = deployment.spec.replicas ?? 1
  return `${engine} · ${replicas} ${replicas === 1 ? 'pod' : 'pods'}`
}

/** ` (maxSurge 25 % = 1, maxUnavailable 25 % = 1)`: the percentages resolved, as the Deployment controller does. */
function strategyOf(deployment: Deployment | undefined): string {
  if (deployment === undefined) return ''
  const { strategy, replicas = 1 } = deployment.spec
  if (strategy?.type === 'Recreate') return ' (strategy Recreate)'
  const surge = strategy?.rollingUpdate?.maxSurge ?? '25%'
  const unavailable = strategy?.rollingUpdate?.maxUnavailable ?? '25%'
  const surgeCount = resolve(surge, replicas, Math.ceil)
  const plainCount = resolve(unavailable, replicas, Math.floor)
  // Both 0 could never roll out: the controller then takes one pod away.
  const unavailableCount = surgeCount === 0 && plainCount === 0 ? 1 : plainCount
  return ` (${told('maxSurge', surge, surgeCount)}, ${told('maxUnavailable', unavailable, unavailableCount)})`
}

function resolve(value: IntOrString, replicas: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) * replicas) / 100)
}

function told(field: string, value: IntOrString, count: number): string {
  return value === count
    ? `${field} ${count}`
    : `${field} ${String(value).replace('%', ' %')} = ${count}`
}

function loadOf(load: RunDescription['load']): string {
  const { timeoutMs, requests, expected } = load
  const paths = requests.map(({ method, path }) => `${method} ${path}`)
  const parts = [
    ...rhythmOf(load),
    ...protocolOf(load),
    'no retries',
    `timeout ${formatDurationMs(timeoutMs)}`,
    ...paths,
    ...(expected === undefined ? [] : [`expecting ${expected.join(' and ')}`]),
  ]
  return parts.join(', ')
}

/** How often requests are sent, or how many sessions are held, and on which connections. */
function rhythmOf({ ratePerSecond, lanes }: RunDescription['load']): readonly string[] {
  const [{ sessions, sessionMs = 0 } = {}] = lanes
  if (sessions !== undefined) {
    const many = formatNumberOf(sessions, 'session')
    return [`${many} at a time`, `each held for ${formatDurationMs(sessionMs)}`]
  }
  const shares = lanes.map(({ lane, share, connectionAgeMsMax }, index) => {
    const noun = index === 0 ? ' connections' : ''
    const age =
      connectionAgeMsMax === undefined
        ? ''
        : ` (replaced after ${formatDurationMs(connectionAgeMsMax)})`
    return `${lane}${noun} ${formatShare(share)}${age}`
  })
  return [`${ratePerSecond} req/s`, 'open loop', shares.join(' + ')]
}

const PROTOCOL_WORDS: Readonly<Record<string, string>> = {
  http2: 'HTTP/2',
  grpc: 'gRPC',
  websocket: 'WebSocket',
  sse: 'event streams',
  download: 'downloads',
}

/** Nothing of HTTP/1.1 without TLS. */
function protocolOf({ protocol, tls }: RunDescription['load']): readonly string[] {
  const word = protocol === undefined ? 'HTTP/1.1' : (PROTOCOL_WORDS[protocol] ?? protocol)
  if (tls === undefined) return protocol === undefined ? [] : [word]
  return [`${word} over TLS${tls.isVerified ? '' : ' (certificate NOT verified)'}`]
}
