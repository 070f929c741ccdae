import type { LaneShare } from '../../../load/plan.ts'
import type { Lane } from '../../../timeline/ledger.ts'
import { badFlag, duration, wholeNumber } from '../../flag-values.ts'
import type { LoadFlags } from './load-flags.ts'

const CONNECTIONS_DEFAULT = 16
const LANES_DEFAULT: readonly LaneShare[] = [
  { lane: 'new', share: 0.2 },
  { lane: 'reused', share: 0.8 },
]

export function lanesOf(flags: LoadFlags, users: number | undefined): readonly LaneShare[] {
  const connections = wholeNumber('--connections', flags.connections)
  const connectionAgeMsMax = duration('--connection-age', flags.connectionAge)
  const connectionRequestsMax = wholeNumber(
    '--requests-per-connection',
    flags.requestsPerConnection,
  )
  const keeping = {
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
  // As few as are enough to be reused would never be idle for long: of those the engine opens what rests need.
  const kept = { connections: connections ?? users ?? CONNECTIONS_DEFAULT }
  return chosen.map((share) => {
    if (share.lane === 'new') return share
    const isCounted = share.lane !== 'idle' || connections !== undefined
    return { ...share, ...keeping, ...(isCounted ? kept : {}) }
  })
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
